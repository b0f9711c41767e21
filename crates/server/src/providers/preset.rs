//! What presets of OpenID Connect have of their own.

use config::{OidcPreset, Prompt};
use identity::sign_in::{IdClaims, Profile};
use url::Url;

/// Scopes that are asked for in any case. Some give a refresh token for a scope alone.
pub(super) fn scopes(preset: OidcPreset) -> &'static [&'static str] {
    match preset {
        OidcPreset::None | OidcPreset::Google | OidcPreset::GitLab => &["openid", "profile", "email"],
        OidcPreset::Microsoft | OidcPreset::Okta => &["openid", "profile", "email", "offline_access"],
    }
}

/// Parameters of the authorization request.
pub(super) fn parameters(
    preset: OidcPreset,
    prompt: &Prompt,
    domain: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut parameters = Vec::new();
    match (prompt, preset) {
        (Prompt::Word(word), _) => parameters.push(("prompt", word.clone())),
        // Google gives a refresh token along with consent, and at no other time.
        (Prompt::Auto, OidcPreset::Google) => parameters.push(("prompt", "consent".to_owned())),
        (Prompt::Auto, _) => {}
    }
    if preset == OidcPreset::Google {
        parameters.push(("access_type", "offline".to_owned()));
        parameters.extend(domain.map(|domain| ("hd", domain.to_owned())));
    }
    parameters
}

/// Whether a provider is a directory of Microsoft's, also where no preset says so.
pub(super) fn is_directory(preset: OidcPreset, metadata: &Url) -> bool {
    preset == OidcPreset::Microsoft || metadata.host_str() == Some("login.microsoftonline.com")
}

/// Whether the `UserInfo` endpoint may know more of a person than her ID token. Those of Google and Microsoft do not; that
/// of Microsoft takes only access tokens of another scope.
pub(super) fn may_know_more(preset: OidcPreset, profile: &Profile) -> bool {
    let is_whole = profile.is_email_settled() && profile.display_name.is_some() && profile.username.is_some();
    !is_whole && !matches!(preset, OidcPreset::Google | OidcPreset::Microsoft)
}

/// What the resolvers of a preset call the id of a person: at Microsoft that of the directory, elsewhere `sub`.
pub(super) fn id(preset: OidcPreset, claims: &IdClaims) -> Option<String> {
    match preset {
        OidcPreset::Microsoft => claims.object_id().map(str::to_owned),
        _ => Some(claims.subject().to_owned()),
    }
}
