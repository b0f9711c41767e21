use super::*;
use crate::Environment;

/// Settings of one YAML text.
pub(super) fn raw(yaml: &str, mode: Mode) -> Result<(Settings, Vec<Problem>), ConfigErrors> {
    let config = Config::from_text("app-config.yaml", yaml, &Environment::default(), mode)?;
    Settings::from_config(&config, mode)
}

/// A sealing key as `openssl rand -hex 32` makes it.
pub(super) const SEALING_KEY: &str = "a3d1c5b79f8e6d4c2b0a1f3e5d7c9bab8e6f4d2c0b1a3f5e7d9cbeaf80716253";

/// The same with the three things that production cannot do without.
fn settled(yaml: &str, mode: Mode) -> Result<(Settings, Vec<Problem>), ConfigErrors> {
    let environment: Environment = [
        ("APP_CONFIG_backend_baseUrl", "https://portal.example.com"),
        ("APP_CONFIG_backend_database", r#"{"client":"better-sqlite3","connection":{"directory":"/data"}}"#),
        ("APP_CONFIG_stagedoor_sealingKey", SEALING_KEY),
    ]
    .into_iter()
    .collect();
    let config = Config::from_text("app-config.yaml", yaml, &environment, mode)?;
    Settings::from_config(&config, mode)
}

/// Production settings that are in order, with their warnings.
pub(super) fn good(yaml: &str) -> (Settings, String) {
    let (settings, warnings) =
        settled(yaml, Mode::Production).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"));
    (settings, ConfigErrors(warnings).to_string())
}

/// The text of errors, each of which must say how to mend it and where.
fn told(errors: &ConfigErrors) -> String {
    for problem in errors.problems() {
        assert!(problem.fix.is_some() && problem.place.is_some(), "{problem}");
    }
    errors.to_string()
}

/// What is wrong with production settings.
pub(super) fn bad(yaml: &str) -> String {
    match settled(yaml, Mode::Production) {
        Ok(_) => panic!("accepted:\n{yaml}"),
        Err(errors) => told(&errors),
    }
}

/// Development settings that are in order, with their warnings.
pub(super) fn dev(yaml: &str) -> (Settings, String) {
    let (settings, warnings) =
        raw(yaml, Mode::Development).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"));
    (settings, ConfigErrors(warnings).to_string())
}

/// What is wrong with development settings.
pub(super) fn dev_bad(yaml: &str) -> String {
    match raw(yaml, Mode::Development) {
        Ok(_) => panic!("accepted:\n{yaml}"),
        Err(errors) => told(&errors),
    }
}

/// A rule: what is written, and a part of what is said about it.
pub(super) fn refused(cases: &[(&str, &str)]) {
    for (yaml, wanted) in cases {
        let said = bad(yaml);
        assert!(said.contains(wanted), "{yaml}\nsaid: {said}\nwanted: {wanted}");
        assert!(said.contains("app-config.yaml:"), "no place: {said}");
    }
}

#[test]
fn nothing_written_is_development_and_not_production() {
    let (settings, warnings) = dev("");
    assert_eq!(settings.base_url.as_str(), "http://localhost:7007/");
    assert_eq!(settings.listen, Listen { host: "127.0.0.1".to_owned(), port: 7007 });
    assert!(matches!(settings.database, Database::SqliteMemory));
    assert_eq!((settings.title.as_str(), settings.shutdown_grace), ("Stagedoor", Duration::from_secs(10)));
    assert!(warnings.contains("127.0.0.1 only"), "{warnings}");
    insta::assert_snapshot!(raw("", Mode::Production).expect_err("errors"), @"
    error: Missing required config value at 'backend.baseUrl' in 'configuration'
      --> configuration
      key: backend.baseUrl
      fix: write `backend: { baseUrl: https://portal.example.com }`
    error: Missing required config value at 'backend.database.client' in 'configuration'
      --> configuration
      key: backend.database.client
      fix: write `client: better-sqlite3` or `client: pg`, and a connection
    error: there is no sealing key: keys and sign-ins could not be kept from who reads the database
      --> configuration
      key: stagedoor.sealingKey
      fix: make one with `stagedoor secrets new`, keep it outside of the database, and write `stagedoor: { sealingKey: { $file: /run/secrets/sealing-key } }` or `sealingKey: ${STAGEDOOR_SEALING_KEY}`
    ");
}

#[test]
fn a_whole_production_file() {
    let (settings, warnings) =
        raw(include_str!("../../tests/fixtures/app-config.yaml"), Mode::Production).expect("settings");
    let warnings = ConfigErrors(warnings).to_string();
    assert!(warnings.starts_with("warning: `http:` and `https:` left out of `connect-src`"), "{warnings}");
    assert_eq!(warnings.matches("warning:").count(), 1, "{warnings}");
    let shown = format!("{settings:?}");
    for secret in ["9f86d0", "a-password", "ghp_", "0123456789abcdef", "5f2c7a9e", "a3d1c5b7"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert_eq!((settings.title.as_str(), settings.organization.as_deref()), ("Portal", Some("Example")));
    assert_eq!(settings.edge.limits.request_timeout, Duration::from_secs(20));
    assert_eq!(settings.edge.allowed_sources.len(), 2);
    assert_eq!(settings.policy_path.as_deref(), Some(std::path::Path::new("policies")));
    assert_eq!(settings.log, LogSettings { level: LogLevel::Warn, format: LogFormat::Json });
    assert!(settings.metrics.is_some_and(|metrics| metrics.token.is_some()));
}

#[test]
fn base_urls() {
    let base = |url: &str| {
        format!(
            "backend: {{ baseUrl: '{url}', database: {{ client: pg }} }}\nstagedoor: {{ sealingKey: {SEALING_KEY} }}"
        )
    };
    let ok =
        raw(&base("https://h.example/"), Mode::Production).map(|(settings, _)| settings.base_url.to_string());
    assert_eq!(ok.expect("settings"), "https://h.example/");
    for (url, wanted) in [
        ("http://h.example", "must be an https URL in production"),
        ("ftp://h.example", "no http(s) URL"),
        ("h.example", "it is no URL"),
        ("https://u:p@h.example", "it holds credentials"),
        ("https://h.example/?x", "has a query"),
    ] {
        let said = raw(&base(url), Mode::Production).expect_err("errors").to_string();
        assert!(said.contains(wanted) && said.contains("app-config.yaml:1:21"), "{said}");
    }
    refused(&[("app: { baseUrl: nope }", "`app.baseUrl` is refused")]);
}

#[test]
fn doors_that_stay_shut() {
    let open = "backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }";
    refused(&[
        (open, "requests without credentials are never served"),
        (
            "auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } }",
            "guests are not let in in production",
        ),
    ]);
    assert!(dev_bad(open).contains("never served"));
    let (_, warnings) = good("auth: { providers: { guest: {} } }\npermission: { enabled: false }");
    assert!(
        warnings.contains("the guest provider does nothing") && warnings.contains("always enforced"),
        "{warnings}"
    );
    let (_, warnings) = dev("auth: { providers: { guest: { dangerouslyAllowOutsideDevelopment: true } } }");
    assert!(!warnings.contains("guest"), "{warnings}");
    let (_, warnings) = good(
        "backend: { auth: { dangerouslyDisableDefaultAuthPolicy: false } }\nauth: { providers: { guest: null } }",
    );
    assert_eq!(warnings, "");
}

#[test]
fn unknown_keys_under_stagedoor_are_errors() {
    insta::assert_snapshot!(bad(
        "stagedoor:\n  egde: {}\n  edge:\n    trustedProxy: []\n    limits: { bodybytes: 1, zebra: 2 }\n    \
             allowedSources: [{ path: [/a], sources: [] }]\n  metrics: { listen.address: x }\n  zebra: null\n"
    ),);
}

#[test]
fn wrong_types_under_stagedoor_are_errors() {
    refused(&[
        ("stagedoor: { edge: [] }", "key 'stagedoor.edge' in 'app-config.yaml', got array, wanted object"),
        ("stagedoor: { edge: { limits: { queue: many } } }", "key 'stagedoor.edge.limits.queue'"),
        ("stagedoor: { edge: { limits: { queue: {} } } }", "got object, wanted number"),
        (
            "stagedoor: { edge: { limits: { bodyBytes: 1.5 } } }",
            "must be a whole number from 1024 to 1073741824",
        ),
        (
            "stagedoor: { edge: { limits: { bodyBytes: 1 } } }",
            "must be a whole number from 1024 to 1073741824",
        ),
        ("stagedoor: { edge: { limits: { bodyBytes: null } } }", "Missing required config value"),
        ("stagedoor: { edge: { limits: { idleTimeout: 5 } } }", "got number, wanted duration"),
        ("stagedoor: { edge: { limits: { idleTimeout: 2h } } }", "must be from 100ms to 1h"),
        ("stagedoor: { audit: { stdout: maybe } }", "to a boolean"),
        ("stagedoor: { log: { level: loud } }", "`loud` is not known here"),
        ("stagedoor: { policy: { path: [] } }", "got array, wanted string"),
    ]);
    assert!(
        dev_bad("stagedoor: 5").contains("key 'stagedoor' in 'app-config.yaml', got number, wanted object")
    );
    // One wrong object is one error, though many keys are missed in it.
    assert_eq!(bad("stagedoor: { edge: [] }").matches("error:").count(), 1);
}

#[test]
fn defaults_of_the_table_are_in_order() {
    let (settings, warnings) = good("");
    assert_eq!(warnings, "");
    assert_eq!(settings.edge.limits.body_bytes, 1 << 20);
    assert_eq!(settings.edge.rate_limits.auth, Rate { requests: 30, window: Duration::from_mins(1) });
    assert!(settings.edge.trusted_proxies.is_empty() && settings.edge.allowed_sources.is_empty());
    assert_eq!(settings.edge.methods.len(), 7);
    for key in keys::KEYS {
        assert!(!key.doc.is_empty() && key.doc.ends_with('.'), "{}", key.path);
        assert_eq!(keys::KEYS.iter().filter(|other| other.path == key.path).count(), 1, "{}", key.path);
    }
}
