//! Keys that seal, and keys that sign.

use super::super::super::tests::{SEALING_KEY, raw};
use super::*;
use crate::{ConfigErrors, Settings};

const PRODUCTION: &str = "backend: { baseUrl: 'https://h.example', database: { client: pg }, auth: { pluginKeyStore: PLUGINS } }\nauth: { keyStore: USERS }\n";

fn stored(users: &str, plugins: &str) -> Result<Settings, ConfigErrors> {
    let yaml = PRODUCTION.replace("USERS", users).replace("PLUGINS", plugins);
    raw(&yaml, Mode::Production).map(|(settings, _)| settings)
}

const STATIC_KEYS: &str = "static: { keys: [{ keyId: one, publicKeyFile: one.pub, privateKeyFile: one.pem }, \
                           { keyId: two, publicKeyFile: /keys/two.pub }] }";

#[test]
fn production_needs_a_sealing_key_wherever_something_is_sealed() {
    let users = format!("{{ provider: static, {STATIC_KEYS} }}");
    let plugins = format!("{{ type: static, {STATIC_KEYS} }}");
    let settings = stored(&users, &plugins).expect("nothing is sealed");
    assert!(settings.auth.sealing_key.is_none());
    for (users, plugins) in [("null", plugins.as_str()), (users.as_str(), "null"), ("null", "null")] {
        let said = stored(users, plugins).expect_err("something is sealed").to_string();
        assert!(
            said.contains("there is no sealing key") && said.contains("`stagedoor secrets new`"),
            "{said}"
        );
    }
    let signs_in = format!(
        "{users}, environment: production, providers: {{ github: {{ production: {{ {CLIENT} }} }} }}"
    );
    let said = stored(&signs_in, &plugins).expect_err("states and refresh tokens are sealed").to_string();
    assert!(said.contains("there is no sealing key"), "{said}");
    assert_eq!(said.matches("error:").count(), 1, "{said}");
}

#[test]
fn a_sealing_key_is_random() {
    let with = |key: &str| format!("auth: {{}}\nstagedoor: {{ previousSealingKeys: ['{key}'] }}");
    let base64 = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
    for key in [SEALING_KEY, base64, &format!("  {base64} "), &SEALING_KEY.repeat(2)] {
        let (settings, warnings) = good(&with(key));
        assert_eq!(warnings, "", "{key}");
        assert_eq!(settings.auth.previous_sealing_keys[0].expose(), key.trim());
        assert!(!format!("{settings:?}").contains(key));
    }
    for (key, wanted) in [
        ("correct horse battery staple", "is not 32 bytes or more"),
        ("deadbeef", "is not 32 bytes or more"),
        ("c2VjcmV0", "is not 32 bytes or more"),
        (&SEALING_KEY[..62], "is not 32 bytes or more"),
        ("change-me-change-me-change-me-change-me-change-me", "is known from templates"),
        (&"00".repeat(32), "is known from templates"),
        (&"ab".repeat(32), "is not random"),
        (&"YWJj".repeat(16), "is not random"),
    ] {
        let said = bad(&with(key));
        assert!(said.contains(wanted) && said.contains("previousSealingKeys[0]"), "{said}");
        assert!(!said.contains(key), "{said}");
        // Development does not start with it either: what it seals would not be opened.
        let own = format!("stagedoor: {{ sealingKey: '{key}' }}");
        assert!(super::super::super::tests::dev_bad(&own).contains(wanted), "{key}");
    }
    let many = format!("'{base64}', ").repeat(11);
    refused(&[
        (&format!("stagedoor: {{ previousSealingKeys: [{many}] }}"), "at most 10 are tried"),
        ("stagedoor: { previousSealingKeys: [''] }", "wanted string"),
        ("stagedoor: { sealingKeys: x }", "did you mean `sealingKey`"),
    ]);
}

#[test]
fn keys_that_sign_come_from_files() {
    let (settings, warnings) = good(&format!("auth: {{ keyStore: {{ provider: static, {STATIC_KEYS} }} }}"));
    assert_eq!(warnings, "");
    let KeyStore::Static(keys) = settings.auth.key_store else { panic!("static keys") };
    let keys: Vec<_> =
        keys.iter().map(|key| (key.id.as_str(), key.public.to_str(), key.private.is_some())).collect();
    assert_eq!(keys, [("one", Some("one.pub"), true), ("two", Some("/keys/two.pub"), false)]);
    let (settings, warnings) = good("auth: { keyStore: { provider: memory } }");
    assert!(
        matches!(settings.auth.key_store, KeyStore::Database) && warnings.contains("sealed"),
        "{warnings}"
    );
    let with =
        |keys: &str| format!("auth: {{ keyStore: {{ provider: static, static: {{ keys: {keys} }} }} }}");
    let one = "keyId: one, publicKeyFile: p, privateKeyFile: q";
    for (yaml, wanted) in [
        (with("[]"), "1 to 20 are possible"),
        (with(&format!("[{}]", format!("{{ {one} }}, ").repeat(21))), "1 to 20 are possible"),
        (with("[{ keyId: one, publicKeyFile: p }]"), "privateKeyFile"),
        (with(&format!("[{{ {one} }}, {{ {one} }}]")), "another key is called `one` too"),
        (with(&format!("[{{ {one}, algorithm: RS256 }}]")), "not signed with `RS256`"),
        (with("[{ keyId: 'a b', publicKeyFile: p, privateKeyFile: q }]"), "white space"),
        ("auth: { keyStore: { provider: static } }".to_owned(), "1 to 20 are possible"),
        ("auth: { keyStore: { provider: firestore } }".to_owned(), "cannot be kept in `firestore`"),
        ("backend: { auth: { pluginKeyStore: { type: memory } } }".to_owned(), "cannot be kept in `memory`"),
    ] {
        refused(&[(&yaml, wanted)]);
    }
}
