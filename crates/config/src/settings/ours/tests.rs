use super::super::tests::{bad, dev, dev_bad, good, refused};
use super::*;
use crate::{Environment, Settings};

#[test]
fn metrics_beyond_loopback_want_a_token() {
    let metrics = |text: &str| format!("stagedoor: {{ metrics: {{ {text} }} }}");
    assert!(good("").0.metrics.is_none());
    for (text, wanted) in [
        ("listen: 127.0.0.1:9464", "127.0.0.1:9464"),
        ("listen: localhost:1", "127.0.0.1:1"),
        ("listen: '[::1]:9464'", "[::1]:9464"),
        ("listen: ':9464', token: 0123456789abcdef", "0.0.0.0:9464"),
    ] {
        let found = good(&metrics(text)).0.metrics.expect("metrics");
        assert_eq!(found.listen.to_string(), wanted);
        assert_eq!(found.token.is_some(), text.contains("token"));
    }
    refused(&[
        (&metrics("listen: 0.0.0.0:9464"), "anybody could read the metrics"),
        (&metrics("listen: ':9464'"), "anybody could read the metrics"),
        (&metrics("listen: nowhere"), "`nowhere` is no address"),
        (&metrics("listen: 9464"), "got number, wanted string"),
    ]);
    let said = bad(&metrics("listen: ':9464', token: too-short"));
    assert!(said.contains("at least 16") && !said.contains("too-short"), "{said}");
    assert!(dev_bad(&metrics("listen: ':9464', token: 0123456789abcdef")).contains("loopback only"));
}

fn level(yaml: &str, variable: &str) -> (LogLevel, usize) {
    let environment: Environment = [("LOG_LEVEL", variable)].into_iter().collect();
    let config =
        Config::from_text("app-config.yaml", yaml, &environment, Mode::Development).expect("a config");
    let (settings, warnings) = Settings::from_config(&config, Mode::Development).expect("settings");
    (settings.log.level, warnings.iter().filter(|warning| warning.message.contains("LOG_LEVEL")).count())
}

#[test]
fn log_levels_by_rank() {
    let both = "backend: { logger: { level: error } }\nstagedoor: { log: { level: warn } }";
    assert_eq!(level(both, "silly"), (LogLevel::Trace, 0));
    assert_eq!(level(both, ""), (LogLevel::Warn, 0));
    assert_eq!(level(both, "loud"), (LogLevel::Warn, 1));
    assert_eq!(level("backend: { logger: { level: error } }", ""), (LogLevel::Error, 0));
    assert_eq!(level("", ""), (LogLevel::Info, 0));
}

#[test]
fn log_format_follows_the_mode() {
    assert_eq!(good("").0.log.format, LogFormat::Json);
    assert_eq!(dev("").0.log.format, LogFormat::Text);
    assert_eq!(good("stagedoor: { log: { format: text } }").0.log.format, LogFormat::Text);
}

#[test]
fn a_lost_policy_path_is_no_other_policy() {
    assert_eq!(
        good("stagedoor: { policy: { path: /etc/policies } }").0.policy_path,
        Some("/etc/policies".into())
    );
    assert!(
        dev_bad("stagedoor: { policy: { path: '${NOPE}' } }").contains("another policy would be in force")
    );
    refused(&[("stagedoor: { policy: { path: null } }", "is empty")]);
}

#[test]
fn sessions_and_audit() {
    let settings = good("stagedoor: { session: { lifetime: 2h, idleTimeout: PT10M }, audit: { stdout: off, refusals: { requests: 5 } } }").0;
    assert_eq!(settings.session.lifetime, Duration::from_hours(2));
    assert_eq!(settings.session.idle_timeout, Duration::from_mins(10));
    assert!(!settings.audit.stdout);
    assert_eq!(settings.audit.refusals, Rate { requests: 5, window: Duration::from_mins(1) });
}
