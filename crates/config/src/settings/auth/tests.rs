mod keys;
mod providers;
mod proxies;
mod resolvers;

use super::super::tests::{bad, dev, good, refused};
use super::*;

/// A provider of one environment.
fn provider(id: &str, block: &str) -> String {
    format!("auth:\n  environment: production\n  providers:\n    {id}:\n      production: {{ {block} }}\n")
}

/// What every OAuth client has, and a resolver.
const CLIENT: &str = "clientId: portal, clientSecret: 5f2c7a9e1b3d4f6a8c0e, \
                      signIn: { resolvers: [{ resolver: emailMatchingUserEntityProfileEmail }] }";

#[test]
fn nothing_written_signs_nobody_in_and_keeps_keys_in_the_database() {
    let (settings, warnings) = good("");
    assert_eq!(warnings, "");
    let auth = settings.auth;
    assert_eq!((auth.environment.as_str(), auth.token_lifetime), ("development", Duration::from_mins(10)));
    assert!(auth.providers.is_empty() && auth.extra_origins.is_empty() && !auth.redirect_flow);
    assert!(matches!((&auth.key_store, &auth.plugin_key_store), (KeyStore::Database, KeyStore::Database)));
    assert!(auth.sealing_key.is_some() && auth.previous_sealing_keys.is_empty() && auth.help.is_none());
    assert!(dev("").0.auth.sealing_key.is_none(), "development makes one");
}

#[test]
fn what_is_written_once() {
    let (settings, warnings) = good(
        "enableExperimentalRedirectFlow: true\n\
         auth: { environment: production, backstageTokenExpiration: { minutes: 30 }, \
         experimentalExtraAllowedOrigins: ['https://*.preview.example.com'] }\n\
         stagedoor: { signIn: { help: 'ask platform@example.com' } }",
    );
    assert_eq!(warnings, "");
    let auth = settings.auth;
    assert_eq!((auth.environment.as_str(), auth.token_lifetime), ("production", Duration::from_mins(30)));
    assert!(auth.redirect_flow && auth.extra_origins[0].matches("https://a.preview.example.com"));
    assert_eq!(auth.help.as_deref(), Some("ask platform@example.com"));
    for (written, lives) in [("5m", 10 * 60), ("7d", 24 * 60 * 60)] {
        let (settings, warnings) = good(&format!("auth: {{ backstageTokenExpiration: {written} }}"));
        assert_eq!(settings.auth.token_lifetime, Duration::from_secs(lives));
        assert!(warnings.contains("from ten minutes to a day"), "{warnings}");
    }
    let (_, warnings) =
        good("auth: { identityTokenAlgorithm: RS256, omitIdentityTokenOwnershipClaim: false }");
    assert!(
        warnings.contains("signed with ES256") && warnings.contains("asked of the catalog"),
        "{warnings}"
    );
}

#[test]
fn what_is_written_once_has_bounds() {
    let many = "'https://a.example', ".repeat(101);
    for (yaml, wanted) in [
        ("auth: { experimentalExtraAllowedOrigins: ['https://*'] }", "is refused"),
        ("auth: { experimentalExtraAllowedOrigins: ['http://a.example'] }", "anybody on the way"),
        (&format!("auth: {{ experimentalExtraAllowedOrigins: [{many}] }}"), "at most 100"),
        ("auth: { environment: 'a b' }", "white space"),
        ("auth: { environment: 5 }", "wanted string"),
        ("auth: { backstageTokenExpiration: soon }", "Failed to read duration"),
        ("auth: 5", "got number, wanted object"),
        ("auth: { providers: [] }", "got array, wanted object"),
        (&format!("stagedoor: {{ signIn: {{ help: '{}' }} }}", "x".repeat(1_001)), "at most 1000 bytes"),
        ("stagedoor: { signIn: { help: \"a\\nb\" } }", "one line"),
        ("stagedoor: { signIn: { halp: x } }", "did you mean `help`"),
    ] {
        refused(&[(yaml, wanted)]);
    }
    assert!(
        !dev("auth: { experimentalExtraAllowedOrigins: ['http://localhost:3000'] }")
            .0
            .auth
            .extra_origins
            .is_empty()
    );
}
