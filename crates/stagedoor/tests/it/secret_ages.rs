//! How long secrets are in use: production does not start with one that is too old, and the command line tells ages; and how the
//! key that seals is changed.

use std::path::Path;
use std::sync::Arc;

use identity::Sealer;
use model::{Clock as _, Secret, SystemClock};
use serde_json::Value;
use store::{Options, SeenSecret, Store};
use time::Duration;

use crate::command::stagedoor;
use crate::wire;
use crate::world::{self, SEALING_KEY, TOKEN};

const KEY: &str = "backend.auth.externalAccess[0].options.token";

/// Notes in the database of a portal that is to start that its token was first seen, and last, so long ago.
async fn seen(folder: &Path, first: Duration, last: Duration) {
    let data = folder.join("data");
    std::fs::create_dir_all(&data).expect("a folder");
    let store = Store::open(Options::SqliteFile(data), Arc::new(SystemClock)).await.expect("a database");
    let sealer = Sealer::new(&Secret::new(SEALING_KEY.to_owned()), &[]).expect("a key");
    let fingerprint = sealer.fingerprints(TOKEN).into_iter().next().expect("one");
    let now = SystemClock.now();
    let secret = SeenSecret { fingerprint, key: KEY.to_owned(), since: Some(now - first) };
    store.see_secrets(&[secret], now - last).await.expect("noted");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_ninety_one_days_does_not_start_production() {
    let setup = world::production("");
    seen(setup.folder(), Duration::days(91), Duration::days(40)).await;
    let (status, stdout, stderr) = setup.refused();
    assert_eq!((status.code(), stdout.as_str()), (Some(2), ""), "{stderr}");
    assert!(stderr.contains(KEY) && stderr.contains("in use for 91 days"), "{stderr}");
    assert!(
        stderr.contains("app-config.local.yaml:") && stderr.contains("stagedoor secrets new"),
        "{stderr}"
    );
    assert!(!stderr.contains(TOKEN), "it is not told itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_in_use_starts_again_for_two_weeks() {
    let setup = world::production("");
    seen(setup.folder(), Duration::days(100), Duration::HOUR).await;
    let portal = setup.start().await;
    let told = portal.stderr();
    assert!(told.contains("in use for 100 days") && told.contains("for 4 more days"), "{told}");
    let (status, _) = portal.stop().await;
    assert!(status.success());

    let setup = world::production("");
    seen(setup.folder(), Duration::days(105), Duration::HOUR).await;
    let (status, _, stderr) = setup.refused();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("in use for 105 days"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ages_are_told_and_new_secrets_made() {
    let setup = world::production("");
    let folder = setup.folder().to_path_buf();
    seen(&folder, Duration::days(80), Duration::DAY).await;
    let status = stagedoor(&folder, &["secrets", "status", "--json"], &[]);
    assert_eq!(status.code, 0, "{}", status.stderr);
    let ages: Value = serde_json::from_str(&status.stdout).expect("JSON");
    let of = |key: &str| {
        let secrets = ages["secrets"].as_array().expect("a list");
        secrets.iter().find(|secret| secret["key"] == key).unwrap_or_else(|| panic!("{key}: {ages:#}"))
    };
    assert_eq!((&of(KEY)["days"], &of(KEY)["state"]), (&80.into(), &"change it soon".into()));
    assert_eq!(of(KEY)["source"], "app-config.local.yaml");
    assert_eq!(of("stagedoor.sealingKey")["days"], 0);
    let text = stagedoor(&folder, &["secrets", "status"], &[]).stdout;
    assert!(text.contains(KEY) && !text.contains(TOKEN) && !text.contains(SEALING_KEY), "{text}");

    seen(&folder, Duration::days(95), Duration::days(3)).await;
    let made: Vec<String> =
        (0..2).map(|_| stagedoor(&folder, &["secrets", "new"], &[]).stdout.trim().to_owned()).collect();
    assert_ne!(made[0], made[1]);
    for secret in &made {
        assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "{secret}");
        assert!(Sealer::new(&Secret::new(secret.clone()), &[]).is_ok(), "it seals");
    }
}

#[test]
fn production_does_not_start_without_a_key_that_seals_or_with_secrets_of_templates() {
    let provider = |secret: &str| {
        format!(
            "auth:\n  environment: production\n  providers:\n    github:\n      production:\n        clientId: Iv1.0\n        \
             clientSecret: {secret}\n        signIn: {{ resolvers: [{{ resolver: usernameMatchingUserEntityName }}] }}\n"
        )
    };
    for (config, told) in [
        ("stagedoor: { sealingKey: null }\n".to_owned(), "stagedoor.sealingKey"),
        (format!("stagedoor: {{ sealingKey: {} }}\n", "ab".repeat(32)), "stagedoor.sealingKey"),
        (provider("your-client-secret"), "auth.providers.github.production.clientSecret"),
        (provider("changeme"), "auth.providers.github.production.clientSecret"),
    ] {
        let (status, stdout, stderr) = world::production("").file("app-config.local.yaml", &config).refused();
        assert_eq!((status.code(), stdout.as_str()), (Some(2), ""), "{config}{stderr}");
        assert!(stderr.contains(told) && stderr.contains("help: "), "{config}{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ages_are_metrics() {
    let port = testkit::free_port();
    let setup = world::production(&format!("stagedoor:\n  metrics: {{ listen: '127.0.0.1:{port}' }}\n"));
    seen(setup.folder(), Duration::days(80), Duration::DAY).await;
    let portal = setup.start().await;
    assert!(portal.stderr().contains("in use for 80 days"), "{}", portal.stderr());
    let metrics = wire::request(port, "GET /metrics", &[]).body;
    assert!(metrics.contains(&format!("stagedoor_secret_age_days{{key=\"{KEY}\"}} 80")), "{metrics}");
    assert!(!metrics.contains(TOKEN));
}

/// A production portal over this database, sealing with `keys` of `stagedoor:`.
fn over(data: &Path, keys: &str) -> testkit::Setup {
    let database = format!(
        "backend:\n  database: {{ client: better-sqlite3, connection: {{ directory: '{}' }} }}\n",
        data.display()
    );
    let config = world::CONFIG.replacen("backend:\n", &database, 1);
    world::production("").file("app-config.local.yaml", &format!("{config}stagedoor: {{ {keys} }}\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealing_key_is_changed_and_what_signs_stays() {
    const NEW: &str = "5f0e9d8c7b6a59483726150493827160f1e2d3c4b5a69788796a5b4c3d2e1f00";
    let data = tempfile::TempDir::new().expect("a folder");
    let keys = async |settings: &str| {
        let portal = over(data.path(), settings).start().await;
        let host = [("Host", world::HOST)];
        let keys = wire::request(portal.port(), "GET /api/auth/.well-known/jwks.json", &host).body;
        portal.stop().await;
        assert!(keys.contains("\"kid\""), "{keys}");
        keys
    };
    let before = keys(&format!("sealingKey: {SEALING_KEY}")).await;
    let both = format!("sealingKey: {NEW}, previousSealingKeys: [{SEALING_KEY}]");
    assert_eq!(keys(&both).await, before, "tokens of before still hold");
    // Without the one before, nothing opens them: it says so, and makes no others in their place.
    let (status, _, stderr) = over(data.path(), &format!("sealingKey: {NEW}")).refused();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("stagedoor.previousSealingKeys"), "{stderr}");
    assert_eq!(keys(&format!("sealingKey: {SEALING_KEY}")).await, before);
}
