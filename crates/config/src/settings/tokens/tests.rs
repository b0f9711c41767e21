use super::super::tests::{bad, dev, good, refused};
use super::*;

const STRONG_TOKEN: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b";

fn entry(token: &str, restrictions: &str) -> String {
    format!(
        "backend:\n  auth:\n    externalAccess:\n      - type: static\n        options: {{ token: '{token}', subject: ci }}\n{restrictions}"
    )
}

fn restricted(list: &str) -> String {
    entry(STRONG_TOKEN, &format!("        accessRestrictions: {list}\n"))
}

#[test]
fn restrictions_are_upper_bounds() {
    let (settings, warnings) = good(&restricted(
        "[{ plugin: catalog, permission: 'a.b, c.d e.f' }, \
         { plugin: scaffolder, permission: [x.y], permissionAttribute: { action: read } }, { plugin: search }]",
    ));
    assert_eq!(warnings, "");
    let token = &settings.service_tokens[0];
    assert_eq!((token.subject.as_str(), token.token.expose().as_str()), ("ci", STRONG_TOKEN));
    assert_eq!(token.place.to_string(), "app-config.yaml:4:9");
    let restriction = |plugin: &str, permissions: &[&str], actions: &[&str]| Restriction {
        plugin: plugin.to_owned(),
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        actions: actions.iter().map(|name| (*name).to_owned()).collect(),
    };
    assert_eq!(
        token.restrictions,
        Some(vec![
            restriction("catalog", &["a.b", "c.d", "e.f"], &[]),
            restriction("scaffolder", &["x.y"], &["read"]),
            restriction("search", &[], &[]),
        ])
    );
    assert_eq!(good(&entry(STRONG_TOKEN, "")).0.service_tokens[0].restrictions, None);
}

#[test]
fn whatever_would_widen_a_token_is_refused() {
    for (list, wanted) in [
        ("[{ plugin: catalog }, { plugin: catalog }]", "twice for plugin 'catalog'"),
        ("[{ plugin: catalog, permissions: [a] }]", "unknown key `permissions`"),
        ("[{ plugin: catalog, permissionAttribute: { actions: read } }]", "unknown key `actions`"),
        ("[{ plugin: catalog, permissionAttribute: {} }]", "names no action"),
        ("[{ plugin: catalog, permissionAttribute: { action: erase } }]", "`erase` is no action"),
        ("[{ plugin: catalog, permission: null }]", "is empty, which would lift the limit"),
        ("[{ plugin: catalog, permission: [] }]", "is empty, which would lift the limit"),
        ("[{ plugin: catalog, permission: ' , ' }]", "is empty, which would lift the limit"),
        ("[{ permission: a }]", "Missing required config value"),
        ("[]", "an empty list, which would lift every limit"),
        ("null", "is empty, which would lift the limit"),
        ("{}", "got object, wanted array"),
        ("[catalog]", "got string, wanted object"),
    ] {
        refused(&[(&restricted(list), wanted)]);
    }
}

#[test]
fn a_dropped_part_leaves_the_token_out() {
    for list in
        ["[{ plugin: catalog, permission: '${NOPE}' }]", "[{ plugin: catalog }, '${NOPE:-}']", "'${NOPE:-}'"]
    {
        let (settings, warnings) = dev(&restricted(list));
        assert!(settings.service_tokens.is_empty(), "{list}");
        assert!(warnings.contains("this token is left out"), "{warnings}");
    }
    let (settings, _) = dev(&entry("${NOPE}", ""));
    assert!(settings.service_tokens.is_empty());
}

#[test]
fn tokens_that_are_none() {
    for token in ["short", "has white space", ""] {
        let said = bad(&entry(token, ""));
        assert!(
            said.contains("app-config.yaml:5:27") && (token.is_empty() || !said.contains(token)),
            "{said}"
        );
    }
    let twice = format!(
        "backend: {{ auth: {{ externalAccess: [{{ type: static, options: {{ token: {STRONG_TOKEN}, subject: a }} }}, \
         {{ type: static, options: {{ token: {STRONG_TOKEN}, subject: b }} }}] }} }}"
    );
    assert!(bad(&twice).contains("`b` has the token of another entry"));
    refused(&[
        ("backend: { auth: { externalAccess: [{ type: magic }] } }", "unknown type `magic`"),
        ("backend: { auth: { externalAccess: [{}] } }", "Missing required config value"),
        ("backend: { auth: { externalAccess: {} } }", "wanted array"),
        (
            "backend: { auth: { externalAccess: [{ type: static, options: { token: abcdefgh, subject: 'user:default/a' } }] } }",
            "cannot be a user",
        ),
        (
            "backend: { auth: { externalAccess: [{ type: static, options: { token: abcdefgh, subject: 'a b' } }] } }",
            "no white space",
        ),
    ]);
}

#[test]
fn weak_tokens_are_warned_about() {
    for weak in [
        "abcdefgh",
        "short-but-varied-12",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "abababababababababababababababababababab",
    ] {
        let (_, warnings) = good(&entry(weak, ""));
        assert!(warnings.contains("the token of `ci` is short") && !warnings.contains(weak), "{warnings}");
    }
    assert_eq!(good(&entry("MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3Bx", "")).1, "");
}

#[test]
fn other_types_open_nothing() {
    let (settings, warnings) = good(
        "backend: { auth: { keys: [{ secret: abcdefgh }], externalAccess: [{ type: jwks, options: { url: 'https://h' } }, \
         { type: legacy, options: { secret: abcdefgh, subject: a } }] } }",
    );
    assert!(settings.service_tokens.is_empty());
    assert_eq!(warnings.matches("not supported").count(), 3, "{warnings}");
}
