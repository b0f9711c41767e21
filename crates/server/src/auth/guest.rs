//! Guests: whoever is at the machine, in development.

use config::GuestSettings;
use identity::sign_in::Profile;
use model::{EntityRef, RefContext};

use crate::call::Call;
use crate::error::ApiError;
use crate::providers::Grant;

/// The user of the catalog that guests are.
///
/// # Errors
/// In production, whatever the configuration says; and where the catalog has no such user.
pub(crate) fn user(call: &Call, settings: &GuestSettings) -> Result<(EntityRef, Grant), ApiError> {
    // The settings refuse guests in production; this is the last of the doors that would have to fail.
    if !call.app.development {
        return Err(ApiError::not_allowed("Guests are not let in"));
    }
    let context = RefContext { kind: Some("user"), namespace: None };
    let user = EntityRef::parse(&settings.user, context).ok();
    let user = user.filter(|user| call.app.sessions.members().of(user).is_some()).ok_or_else(|| {
        ApiError::not_allowed(
            "Guests have no user in the catalog: add one, and name it in `auth.providers.guest.userEntityRef`",
        )
    })?;
    let grant = Grant {
        profile: Profile::default(),
        subject: user.to_string(),
        access_token: None,
        id_token: None,
        scope: String::new(),
        expires_in: None,
        refresh_token: None,
    };
    Ok((user, grant))
}
