//! Whole configurations as people have them: a fresh project's, and the reference's where they are.

use std::path::{Path, PathBuf};

use config::{Config, ConfigErrors, Database, Environment, Mode, PgTls, Problem, Request, Settings};

fn load(
    root: &Path,
    files: &[&str],
    variables: &[(&str, &str)],
    mode: Mode,
) -> Result<(Config, Settings, Vec<Problem>), ConfigErrors> {
    let config = Config::load(&Request {
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        root: root.to_owned(),
        environment: variables.iter().copied().collect(),
        mode,
    })?;
    let (settings, warnings) = Settings::from_config(&config, mode)?;
    Ok((config, settings, warnings))
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

const FRESH: &[&str] = &["create-app.yaml", "create-app.production.yaml"];

const DATABASE: &[(&str, &str)] = &[
    ("POSTGRES_HOST", "db.example.com"),
    ("POSTGRES_PORT", "5432"),
    ("POSTGRES_USER", "portal"),
    ("POSTGRES_PASSWORD", "a-long-password"),
];

#[test]
fn a_fresh_project_runs_in_development() {
    let (_, settings, warnings) =
        load(&fixtures(), &["create-app.yaml"], &[], Mode::Development).expect("settings");
    assert_eq!((settings.listen.host.as_str(), settings.listen.port), ("127.0.0.1", 7007));
    assert!(matches!(settings.database, Database::SqliteMemory));
    insta::assert_snapshot!(ConfigErrors(warnings));
}

#[test]
fn a_fresh_project_tells_what_production_still_wants() {
    let unset = load(&fixtures(), FRESH, &[], Mode::Production).map(|_| ()).expect_err("errors");
    let names: Vec<&str> = unset.problems().iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(
        names,
        [
            "integrations.github[0].token",
            "backend.database.connection.host",
            "backend.database.connection.port",
            "backend.database.connection.user",
            "backend.database.connection.password",
        ]
    );
    let variables = [DATABASE, &[("GITHUB_TOKEN", "ghp_0123456789")]].concat();
    let plain = load(&fixtures(), FRESH, &variables, Mode::Production).map(|_| ()).expect_err("errors");
    insta::assert_snapshot!(plain);
}

#[test]
fn a_fresh_project_runs_in_production_behind_https() {
    let variables = [
        DATABASE,
        &[
            ("GITHUB_TOKEN", "ghp_0123456789"),
            ("APP_CONFIG_backend_baseUrl", "https://portal.example.com"),
            (
                "APP_CONFIG_stagedoor_sealingKey",
                "a3d1c5b79f8e6d4c2b0a1f3e5d7c9bab8e6f4d2c0b1a3f5e7d9cbeaf80716253",
            ),
        ],
    ]
    .concat();
    let (config, settings, warnings) =
        load(&fixtures(), FRESH, &variables, Mode::Production).expect("settings");
    let Database::Postgres(postgres) = &settings.database else { panic!("{:?}", settings.database) };
    assert_eq!((postgres.host.as_str(), postgres.port), ("db.example.com", 5432));
    assert!(matches!(postgres.tls, PgTls::Verified { ca: None }));
    assert_eq!(settings.catalog.locations.len(), 2);
    let keys: Vec<&str> = warnings.iter().map(|warning| warning.key.as_str()).collect();
    assert_eq!(keys, ["auth.providers.guest", "backend.cors.origin", "backend.csp.connect-src"]);
    insta::assert_snapshot!(config.explain("backend.database.connection.password").expect("a value"));
    for secret in ["a-long-password", "ghp_0123456789"] {
        assert!(!config.print_masked().contains(secret));
        assert!(config.secret_values().iter().any(|value| value.expose() == secret));
    }
}

/// The folder of reference data, if it is here.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn reference() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test's way to its data")]
    let named = std::env::var_os("STAGEDOOR_REFERENCE").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    if !folder.join("golden/input").is_dir() {
        println!("skipped: no reference data at {}", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn the_reference_configuration_loads() {
    let Some(reference) = reference() else { return };
    let root = tempfile::tempdir().expect("a folder");
    for name in ["app-config.template.yaml", "app-config.yaml"] {
        let text = std::fs::read_to_string(reference.join("golden/input").join(name)).expect("a file");
        let text = text.replace("<data>", "/data").replace("<app>", "/app");
        std::fs::write(root.path().join(name), text).expect("a file");
    }
    let files = ["app-config.template.yaml", "app-config.yaml"];
    let tokens = [("BS_STATIC_TOKEN", "reference-token-1"), ("BS_STATIC_TOKEN_LIMITED", "reference-token-2")];
    let (config, settings, _) = load(root.path(), &files, &tokens, Mode::Development).expect("settings");
    assert_eq!(settings.base_url.as_str(), "http://127.0.0.1:7007/");
    assert_eq!(settings.organization.as_deref(), Some("Reference Org"));
    let subjects: Vec<&str> = settings.service_tokens.iter().map(|token| token.subject.as_str()).collect();
    assert_eq!(subjects, ["ref-cli", "ref-limited"]);
    assert!(settings.service_tokens[0].restrictions.is_none());
    let restrictions = settings.service_tokens[1].restrictions.as_deref().expect("restrictions");
    assert_eq!(
        (restrictions[0].plugin.as_str(), restrictions[0].permissions.as_slice()),
        ("catalog", &["catalog.entity.read".to_owned()][..])
    );
    assert_eq!(settings.catalog.processing_interval, Some(std::time::Duration::from_mins(30)));
    assert_eq!((settings.catalog.locations.len(), settings.reading.len()), (4, 2));
    let providers = settings.auth.providers.iter();
    let providers: Vec<_> =
        providers.map(|provider| (provider.id.as_str(), provider.environment.as_deref())).collect();
    assert_eq!(providers, [("guest", None), ("github", Some("development")), ("oidc", Some("development"))]);
    assert_eq!(settings.auth.environment, "development");
    let printed = config.print_masked();
    for secret in ["reference-token", "gh-client-secret", "oidc-secret", "k8s-token", "ref-session-secret"] {
        assert!(!printed.contains(secret), "{secret}");
    }
    // Without the tokens it loads too, and lets nobody in.
    let (_, settings, _) = load(root.path(), &files, &[], Mode::Development).expect("settings");
    assert!(settings.service_tokens.is_empty());
    // With the development file's values production is refused.
    assert!(load(root.path(), &files, &tokens, Mode::Production).is_err());
}

#[test]
fn the_real_catalogs_configuration_loads() {
    let Some(reference) = reference() else { return };
    let (_, settings, _) = load(&reference.join("real"), &[], &[], Mode::Development).expect("settings");
    assert_eq!(settings.title, "Real catalogs");
    assert_eq!(settings.catalog.locations.len(), 7);
    assert!(settings.catalog.rules.is_some_and(|rules| rules[0].allow.len() == 10));
}

#[test]
fn the_process_environment_is_read_once_and_not_shown() {
    let environment = Environment::from_process();
    let path = environment.value("PATH").expect("a PATH");
    assert!(!path.is_empty() && !format!("{environment:?}").contains(path));
}
