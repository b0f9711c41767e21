use super::super::tests::{dev, dev_bad, good, refused};
use super::*;

fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().expect("a net")).collect()
}

#[test]
fn trusted_proxies_in_both_spellings() {
    for yaml in [
        "stagedoor: { edge: { trustedProxies: [10.1.2.3/8, loopback, 192.0.2.7, '2001:db8::/32'] } }",
        "backend: { trustProxy: [10.0.0.0/8, loopback, 192.0.2.7, '2001:db8::/32'] }",
        "backend: { trustProxy: '10.0.0.0/8, loopback, 192.0.2.7,2001:db8::/32' }",
    ] {
        assert_eq!(
            good(yaml).0.edge.trusted_proxies,
            nets(&["10.0.0.0/8", "127.0.0.0/8", "::1/128", "192.0.2.7/32", "2001:db8::/32"]),
            "{yaml}"
        );
    }
    assert_eq!(good("backend: { trustProxy: uniquelocal }").0.edge.trusted_proxies.len(), 4);
    assert!(good("backend: { trustProxy: false }").0.edge.trusted_proxies.is_empty());
}

#[test]
fn trusting_anybody_is_refused() {
    insta::assert_snapshot!(super::super::tests::bad("backend:\n  trustProxy: true\n"), @"
    error: `backend.trustProxy` must name the proxies
      --> app-config.yaml:2:15
      key: backend.trustProxy
      fix: write the proxies' addresses: `stagedoor: { edge: { trustedProxies: [10.0.0.0/8] } }`
    ");
    let fix = "stagedoor: { edge: { trustedProxies: [10.0.0.0/8] } }";
    refused(&[
        ("backend: { trustProxy: 1 }", fix),
        ("backend: { trustProxy: {} }", fix),
        ("backend: { trustProxy: 'true' }", fix),
        ("backend: { trustProxy: '1' }", fix),
        ("backend: { trustProxy: 0.0.0.0/0 }", "trusts everybody"),
        ("stagedoor: { edge: { trustedProxies: ['::/0'] } }", "trusts everybody"),
        ("stagedoor: { edge: { trustedProxies: [10.0.0.0/33] } }", "`10.0.0.0/33` is no CIDR"),
        ("stagedoor: { edge: { trustedProxies: 10.0.0.0/8 } }", "got string, wanted array"),
        (
            "backend: { trustProxy: loopback }\nstagedoor: { edge: { trustedProxies: [] } }",
            "both say whom to trust",
        ),
    ]);
    assert!(dev_bad("backend: { trustProxy: true }").contains("must name the proxies"));
}

#[test]
fn development_trusts_no_proxy() {
    let (settings, warnings) = dev("stagedoor: { edge: { trustedProxies: [10.0.0.0/8] } }");
    assert!(settings.edge.trusted_proxies.is_empty() && warnings.contains("trusts no proxy"), "{warnings}");
}

#[test]
fn allowed_sources_for_all_paths_and_for_some() {
    let yaml = "stagedoor: { edge: { allowedSources: [10.0.0.0/8, { paths: [/api/catalog/entities], sources: [192.0.2.0/24] }, loopback] } }";
    let rule = |paths: &[&str], sources: &[&str]| SourceRule {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        sources: nets(sources),
    };
    assert_eq!(
        good(yaml).0.edge.allowed_sources,
        [
            rule(&[], &["10.0.0.0/8", "127.0.0.0/8", "::1/128"]),
            rule(&["/api/catalog/entities"], &["192.0.2.0/24"]),
        ]
    );
    for (item, wanted) in [
        ("nonsense", "`nonsense` is no CIDR"),
        ("{ paths: [/a] }", "Missing required config value"),
        ("{ paths: [a], sources: [10.0.0.0/8] }", "does not begin with `/`"),
        ("{ paths: null, sources: [10.0.0.0/8] }", "would lift the limit"),
        ("{ paths: /a, sources: [10.0.0.0/8] }", "wanted string-array"),
        ("5", "got number, wanted string"),
    ] {
        refused(&[(&format!("stagedoor: {{ edge: {{ allowedSources: [{item}] }} }}"), wanted)]);
    }
    refused(&[("stagedoor: { edge: { allowedSources: null } }", "would lift the limit")]);
    let dropped = "stagedoor: { edge: { allowedSources: [{ paths: ['${NOPE}'], sources: [10.0.0.0/8] }] } }";
    assert!(dev_bad(dropped).contains("fewer addresses would be kept out"));
    let dropped = "stagedoor: { edge: { allowedSources: ['${NOPE}'] } }";
    assert!(dev_bad(dropped).contains("fewer addresses would be kept out"));
    let dropped = "stagedoor: { edge: { allowedSources: '${NOPE}' } }";
    assert!(dev_bad(dropped).contains("fewer addresses would be kept out"));
}

#[test]
fn methods_can_only_be_fewer() {
    assert_eq!(good("stagedoor: { edge: { methods: [get, HEAD] } }").0.edge.methods, ["GET", "HEAD"]);
    refused(&[
        ("stagedoor: { edge: { methods: [TRACE] } }", "method `TRACE` is never let through"),
        ("stagedoor: { edge: { methods: [] } }", "no method would be let through"),
        ("stagedoor: { edge: { methods: GET } }", "wanted string-array"),
    ]);
}

#[test]
fn limits_and_rates_are_read() {
    let edge = good(
        "stagedoor: { edge: { limits: { headerBytes: '2048', queueTimeout: { seconds: 5 }, connections: 9 }, \
         rateLimits: { auth: { requests: 7 } } } }",
    )
    .0
    .edge;
    assert_eq!((edge.limits.header_bytes, edge.limits.connections), (2_048, 9));
    assert_eq!(edge.limits.queue_timeout, Duration::from_secs(5));
    assert_eq!(edge.rate_limits.auth, Rate { requests: 7, window: Duration::from_mins(1) });
}

#[test]
fn what_another_file_gives_is_not_lost() {
    let root = tempfile::tempdir().expect("a folder");
    let base = "stagedoor: { edge: { allowedSources: '${NOPE:-}' } }";
    std::fs::write(root.path().join("app-config.yaml"), base).expect("a file");
    let read = || {
        let request = crate::Request {
            files: Vec::new(),
            root: root.path().to_owned(),
            environment: crate::Environment::default(),
            mode: Mode::Development,
        };
        crate::Settings::from_config(&Config::load(&request).expect("a config"), Mode::Development)
    };
    assert!(read().is_err());
    let local = "stagedoor: { edge: { allowedSources: [10.0.0.0/8] } }";
    std::fs::write(root.path().join("app-config.local.yaml"), local).expect("a file");
    assert_eq!(read().expect("settings").0.edge.allowed_sources[0].sources, nets(&["10.0.0.0/8"]));
}
