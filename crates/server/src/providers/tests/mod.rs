//! Providers, tried against others of the kind on this machine.

mod github;
mod hostile;
mod issuer;
mod key;
mod oidc;
mod peer;
mod presets;

use config::{AuthSettings, OAuthClient, Place, ProviderKind, ProviderSettings};
use model::{Secret, Timestamp};
use url::Url;

pub(super) use self::key::TestKey;
pub(super) use self::peer::{Answer, Asked, Peer};
use super::{Provider, ProviderError, Providers, Refusal, Way};

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

/// A future that may be awaited by any thread, as those of handlers are.
pub(super) fn sent<F: Future + Send>(future: F) -> F {
    future
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

#[test]
fn providers_are_found_by_id_and_environment() {
    let github = |environment: Option<&str>, instance: Option<&str>| ProviderSettings {
        environment: environment.map(str::to_owned),
        ..settings(
            "github",
            ProviderKind::GitHub(config::GitHubSettings {
                client: client(),
                instance: instance.map(|url| url.parse().expect("a URL")),
            }),
        )
    };
    let guest = config::GuestSettings { user: "user:development/guest".to_owned(), ownership: vec![] };
    let all = AuthSettings {
        environment: "development".to_owned(),
        token_lifetime: std::time::Duration::from_mins(10),
        extra_origins: vec![],
        redirect_flow: false,
        providers: vec![
            github(Some("production"), None),
            github(Some("staging"), Some("http://ghe.example.com")),
            settings("guest", ProviderKind::Guest(guest)),
        ],
        key_store: config::KeyStore::Database,
        plugin_key_store: config::KeyStore::Database,
        sealing_key: None,
        previous_sealing_keys: vec![],
        help: None,
        legacy: vec![],
        peers: Vec::new(),
        issuers: vec![],
    };
    let (providers, unusable) = Providers::new(&all, false);
    let found = |id: &str, environment| providers.find(id, environment).is_some();
    assert!(found("github", Some("production")) && found("guest", None));
    assert!(
        !found("github", None) && !found("github", Some("staging")) && !found("guest", Some("production"))
    );
    assert_eq!(providers.iter().count(), 2);
    let [problem] = &unusable[..] else { panic!("{unusable:?}") };
    assert_eq!((problem.id.as_str(), problem.environment.as_deref()), ("github", Some("staging")));
    assert_eq!(kind(&problem.source), "setup");
}
