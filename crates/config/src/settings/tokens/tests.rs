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

/// Of the two other types, with 24 bytes as a secret.
const LEGACY: &str = "type: legacy, options: { secret: MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u, subject: old }";
const JWKS: &str = "type: jwks, options: { url: 'https://id.example.com/keys', issuer: 'https://id.example.com', audience: portal }";

fn access(entry: &str) -> String {
    format!("backend: {{ auth: {{ externalAccess: [{{ {entry} }}] }} }}")
}

#[test]
fn secrets_that_both_sides_hold() {
    let (settings, warnings) =
        good(&access(&format!("{LEGACY}, accessRestrictions: [{{ plugin: catalog }}]")));
    assert_eq!(warnings, "");
    let [legacy] = &settings.auth.legacy[..] else { panic!("one entry: {settings:?}") };
    assert_eq!((legacy.subject.as_str(), legacy.secret.expose().len()), ("old", 32));
    assert_eq!(legacy.restrictions.as_ref().map(Vec::len), Some(1));
    assert!(!format!("{settings:?}").contains("MTIzNDU2"));
    for (entry, wanted) in [
        (LEGACY.replace("MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u", "in-clear-text"), "is not base64"),
        (LEGACY.replace("MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u", "MTIzNDU2"), "shorter than 16 bytes"),
        (
            LEGACY.replace("MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u", "changemechangemechangeme"),
            "known from templates",
        ),
        (LEGACY.replace("subject: old", "subject: 'user:default/ada'"), "cannot be a user"),
        (LEGACY.replace(", subject: old", ""), "Missing required config value"),
        (LEGACY.replace("subject", "subjekt"), "unknown key `subjekt`"),
        (format!("{LEGACY}, accessRestrictions: []"), "lift every limit"),
        (format!("{LEGACY} }}, {{ {LEGACY}"), "`old` has the token of another entry"),
    ] {
        refused(&[(&access(&entry), wanted)]);
    }
}

#[test]
fn keys_of_the_old_backend_are_one_service_and_deprecated() {
    let keys = "backend: { auth: { keys: [{ secret: MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u }] } }";
    let (settings, warnings) = good(keys);
    let [legacy] = &settings.auth.legacy[..] else { panic!("one entry: {settings:?}") };
    assert_eq!((legacy.subject.as_str(), &legacy.restrictions), ("external:backstage-plugin", &None));
    assert!(warnings.contains("`backend.auth.keys` is deprecated"), "{warnings}");
    let (settings, warnings) = dev("backend: { auth: { keys: [{ secret: '${NOPE}' }] } }");
    assert!(settings.auth.legacy.is_empty() && !warnings.contains("deprecated"), "{warnings}");
    assert!(warnings.contains("this key is left out"), "{warnings}");
    refused(&[("backend: { auth: { keys: [{ secret: short }] } }", "the shared secret is")]);
}

#[test]
fn issuers_that_publish_their_keys() {
    let (settings, warnings) = good(&access(&format!(
        "{}, accessRestrictions: [{{ plugin: search }}]",
        JWKS.replace("portal }", "[portal, other], algorithm: 'RS256, ES256', subjectPrefix: ci }")
    )));
    assert_eq!(warnings, "");
    let [issuer] = &settings.auth.issuers[..] else { panic!("one entry: {settings:?}") };
    assert_eq!(issuer.keys.as_str(), "https://id.example.com/keys");
    assert_eq!(
        (issuer.issuers.join(" "), issuer.audiences.join(" ")),
        ("https://id.example.com".into(), "portal other".into())
    );
    assert_eq!(
        (issuer.algorithms.join(" ").as_str(), issuer.subject_prefix.as_deref()),
        ("RS256 ES256", Some("ci"))
    );
    assert!(issuer.restrictions.is_some());
    assert!(good(&access(JWKS)).0.auth.issuers[0].algorithms.is_empty());
    for (entry, wanted) in [
        (JWKS.replace(", audience: portal", ""), "made for anything else"),
        (JWKS.replace("audience: portal", "audience: []"), "made for anything else"),
        (JWKS.replace(", issuer: 'https://id.example.com'", ""), "any issuer behind these keys"),
        (JWKS.replace("https://id.example.com/keys", "http://127.0.0.1/keys"), "plain http"),
        (JWKS.replace("url: 'https://id.example.com/keys', ", ""), "Missing required config value"),
        (JWKS.replace("portal }", "portal, algorithm: HS256 }"), "`HS256` is no algorithm with a public key"),
        (JWKS.replace("portal }", "portal, algorithm: none }"), "`none` is no algorithm"),
        (JWKS.replace("portal }", "portal, algorithm: [] }"), "is empty, which would lift the limit"),
        (JWKS.replace("portal }", "portal, algorithm: null }"), "is empty, which would lift the limit"),
        (JWKS.replace("portal }", "portal, algorithms: [RS256] }"), "unknown key `algorithms`"),
        (JWKS.replace("portal }", "portal, subjectPrefix: 'a b' }"), "white space"),
    ] {
        refused(&[(&access(&entry), wanted)]);
    }
    assert_eq!(dev(&access(&JWKS.replace("https://", "http://"))).0.auth.issuers.len(), 1, "a double of it");
}
