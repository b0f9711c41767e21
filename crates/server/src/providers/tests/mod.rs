//! Providers, tried against others of the kind on this machine.

mod github;
mod hostile;
mod issuer;
mod key;
mod oidc;
mod peer;
mod presets;

use config::{OAuthClient, Place, ProviderKind, ProviderSettings};
use model::{Secret, Timestamp};
use url::Url;

pub(super) use self::key::TestKey;
pub(super) use self::peer::{Answer, Asked, Peer};
use super::{Provider, ProviderError, Refusal, Way};

/// The first of January 2026.
pub(super) fn now() -> Timestamp {
    Timestamp::from_unix_timestamp(1_767_225_600).expect("a moment")
}

/// What every text of an error is searched for.
const SECRET: &str = "s3cret-of-the-client";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(super) fn settings(id: &str, kind: ProviderKind) -> ProviderSettings {
    ProviderSettings {
        id: id.to_owned(),
        environment: None,
        kind,
        resolvers: None,
        session: None,
        unsaid_email_counts: false,
        place: Place::whole("app-config.yaml"),
    }
}

fn client() -> OAuthClient {
    OAuthClient {
        id: "portal".to_owned(),
        secret: Secret::new(SECRET.to_owned()),
        callback: None,
        scopes: vec![],
    }
}

/// A provider of settings on this machine.
fn provider(settings: &ProviderSettings) -> Provider {
    match Way::new(settings, true) {
        Ok(Way::Code(provider)) => provider,
        Ok(_) => panic!("people are not sent there"),
        Err(error) => panic!("{error:?}"),
    }
}

fn callback() -> Url {
    "https://portal.example.com/api/auth/oidc/handler/frame".parse().expect("a URL")
}

/// The kind of an error, after a look at its texts.
fn kind(error: &ProviderError) -> String {
    let mut text = format!("{error:?} {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        text = format!("{text} {found} {found:?}");
        cause = found.source();
    }
    for secret in [SECRET, VERIFIER, "the-code", "the-access-token", "the-refresh-token"] {
        assert!(!text.contains(secret), "{text}");
    }
    match error {
        ProviderError::Unreachable(_) => "down".to_owned(),
        ProviderError::Misconfigured(_) => "setup".to_owned(),
        ProviderError::Refused(Refusal::IdToken(why) | Refusal::UserInfo(why)) => format!("{why:?}"),
        ProviderError::Refused(refusal) => format!("{refusal:?}"),
    }
}
