use super::super::tests::{bad, dev, good, refused};
use super::*;

fn allow(entry: &str) -> String {
    format!("backend: {{ reading: {{ allow: [{entry}] }} }}")
}

#[test]
fn hosts_ports_and_paths() {
    for (entry, host, ports) in [
        ("{ host: Example.COM }", "example.com", None),
        ("{ host: 'example.com:8443' }", "example.com", Some((8443, 8443))),
        ("{ host: 'example.com:8000-8999' }", "example.com", Some((8000, 8999))),
        ("{ host: '*.example.com' }", "*.example.com", None),
        ("{ host: '[::1]:80' }", "[::1]", Some((80, 80))),
        ("{ host: '127.0.0.1:7096' }", "127.0.0.1", Some((7096, 7096))),
    ] {
        let wanted = ReadAllow { host: host.to_owned(), ports, paths: Vec::new() };
        assert_eq!(good(&allow(entry)).0.reading, [wanted], "{entry}");
    }
    assert_eq!(good(&allow("{ host: h, paths: [/a, /b/c] }")).0.reading[0].paths, ["/a", "/b/c"]);
    for (entry, wanted) in [
        ("{ host: '*' }", "covers every host"),
        ("{ host: '*.com' }", "whole top-level domain"),
        ("{ host: '*' , paths: [/a] }", "covers every host"),
        ("{ host: 'https://h' }", "is refused"),
        ("{ host: 'h/a' }", "it is no host"),
        ("{ host: 'a.*.example.com' }", "it is no host"),
        ("{ host: 'h:9-1' }", "the port range is empty"),
        ("{ host: 'h:x' }", "the port is not a number"),
        ("{ host: h, paths: [a] }", "does not begin with `/`"),
        ("{ host: h, paths: [] }", "would allow every path"),
        ("{ host: h, paths: null }", "would lift the limit"),
        ("{}", "Missing required config value"),
    ] {
        refused(&[(&allow(entry), wanted)]);
    }
    let (settings, warnings) = dev(&allow("{ host: h, paths: ['${NOPE}'] }"));
    assert!(
        settings.reading.is_empty() && warnings.contains("this permission to read is left out"),
        "{warnings}"
    );
}

#[test]
fn public_hosts_are_known() {
    let (settings, _) = good(
        "integrations: { github: [{ host: GitHub.com, token: abcdef }, { host: ghe.example.com }], gitlab: null }",
    );
    let hosts: Vec<&str> = settings.integrations.iter().map(|found| found.host.as_str()).collect();
    assert_eq!(hosts, ["github.com", "ghe.example.com", "gitlab.com", "dev.azure.com", "bitbucket.org"]);
    let github = &settings.integrations[0];
    assert_eq!(github.kind, IntegrationKind::GitHub);
    assert_eq!(github.api_base_url.as_ref().map(Url::as_str), Some("https://api.github.com/"));
    assert_eq!(github.token.as_ref().map(|token| token.expose().as_str()), Some("abcdef"));
    assert_eq!(github.place.as_ref().map(ToString::to_string).as_deref(), Some("app-config.yaml:1:26"));
    assert_eq!(settings.integrations[1].api_base_url, None);
    assert!(settings.integrations[2].token.is_none() && settings.integrations[2].place.is_none());
}

#[test]
fn other_integrations_need_a_host() {
    let (settings, _) = good(
        "integrations: { awsS3: [{ accessKeyId: x }], googleGcs: { clientEmail: x }, harness: [{ host: h }] }",
    );
    assert_eq!(settings.integrations.len(), 5);
    assert_eq!(settings.integrations[0].kind, IntegrationKind::Other("harness".to_owned()));
    refused(&[
        ("integrations: { gitea: [{}] }", "Missing required config value at 'integrations.gitea[0].host'"),
        ("integrations: { github: [{ host: 'https://h' }] }", "is not a valid host"),
        (
            "integrations: { github: [{ host: h, apiBaseUrl: nope }] }",
            "is no http(s) URL without credentials",
        ),
        ("integrations: { github: [{ host: h, apiBaseUrl: 'https://u:p@h' }] }", "without credentials"),
        ("integrations: { github: {} }", "wanted array"),
    ]);
}

#[test]
fn tokens_do_not_travel_in_plain_text() {
    let yaml = "integrations: { github: [{ host: h, token: abcdef-secret, apiBaseUrl: 'http://h/api' }] }";
    let said = bad(yaml);
    assert!(said.contains("would travel in plain text") && !said.contains("abcdef-secret"), "{said}");
    assert_eq!(dev(yaml).0.integrations[0].host, "h");
    good("integrations: { github: [{ host: h, token: abcdef, apiBaseUrl: 'http://127.0.0.1:9/api' }] }");
}
