//! What a provider gives for a person.

use std::time::Duration;

use identity::sign_in::Profile;
use model::Secret;

/// What a provider gives for a person who signed in there.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Who she is.
    pub profile: Profile,
    /// What the provider calls her by: the same for ever, and nobody else's. Kept with the sign-in, since each refresh has
    /// to give the same.
    pub subject: String,
    /// For calls to the provider, by the person's browser.
    pub access_token: Option<Secret<String>>,
    /// The verified ID token.
    pub id_token: Option<Secret<String>>,
    /// What counts as granted, words with spaces between: what was asked for, and what the provider names besides.
    pub scope: String,
    /// How long the access token lives, or, for a proxy, its word.
    pub expires_in: Option<Duration>,
    /// What [`super::Provider::refresh`] is to be shown next: a new one, or the one that it was shown. Not always a refresh
    /// token.
    pub refresh_token: Option<Secret<String>>,
}
