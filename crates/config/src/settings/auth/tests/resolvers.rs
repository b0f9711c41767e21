//! How people are found, and what nobody finds.

use super::*;

fn resolvers(id: &str, list: &str) -> String {
    let more = match id {
        "microsoft" => ", tenantId: x",
        "okta" => ", audience: 'https://o'",
        "oidc" => ", metadataUrl: 'https://id.example.com'",
        _ => "",
    };
    provider(
        id,
        &format!("clientId: x, clientSecret: 5f2c7a9e1b3d4f6a8c0e{more}, signIn: {{ resolvers: [{list}] }}"),
    )
}

#[test]
fn each_provider_has_resolvers_of_its_own() {
    let names = [
        "emailMatchingUserEntityProfileEmail",
        "emailLocalPartMatchingUserEntityName",
        "usernameMatchingUserEntityName",
        "userIdMatchingUserEntityAnnotation",
        "emailMatchingUserEntityAnnotation",
        "idMatchingUserEntityAnnotation",
        "preferredUsernameMatchingUserEntityName",
    ];
    for (id, known) in [
        ("github", &[0, 1, 2, 3][..]),
        ("gitlab", &[0, 1, 2, 3]),
        ("google", &[0, 1, 4]),
        ("okta", &[0, 1, 4]),
        ("microsoft", &[0, 1, 3, 4]),
        ("oidc", &[0, 1]),
    ] {
        for (at, name) in names.iter().enumerate() {
            let yaml = resolvers(id, &format!("{{ resolver: {name} }}"));
            if known.contains(&at) {
                let (settings, warnings) = good(&yaml);
                assert_eq!(warnings, "", "{id} {name}");
                let found = settings.auth.providers[0].resolvers.as_deref().expect("resolvers");
                assert_eq!(found[0].name, *name);
            } else {
                refused(&[(&yaml, &format!("Sign-in resolver '{name}' is not available"))]);
            }
        }
    }
}

#[test]
fn options_are_those_that_the_resolver_reads() {
    let (settings, _) = good(&resolvers(
        "github",
        "{ resolver: emailLocalPartMatchingUserEntityName, allowedDomains: [example.com, münchen.example] }, \
         { resolver: usernameMatchingUserEntityName, dangerouslyAllowSignInWithoutUserInCatalog: true }",
    ));
    let found = settings.auth.providers[0].resolvers.as_deref().expect("resolvers");
    let domains = Some(vec!["example.com".to_owned(), "münchen.example".to_owned()]);
    assert_eq!((&found[0].allowed_domains, found[0].without_user), (&domains, false));
    assert_eq!((&found[1].allowed_domains, found[1].without_user), (&None, true));
    let many = "{ resolver: usernameMatchingUserEntityName }, ".repeat(21);
    let domains = "a.example, ".repeat(101);
    for (list, wanted) in [
        (
            "{ resolver: usernameMatchingUserEntityName, allowedDomains: [a.example] }",
            "unknown key `allowedDomains`",
        ),
        (
            "{ resolver: emailMatchingUserEntityProfileEmail, allowedDomain: [a.example] }",
            "unknown key `allowedDomain`",
        ),
        ("{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: [] }", "names 0 domains"),
        ("{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: null }", "would lift the limit"),
        ("{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: ['@a.example'] }", "is no domain"),
        ("{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: ['*.example'] }", "is no domain"),
        (
            "{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: a.example }",
            "wanted string-array",
        ),
        (
            &format!("{{ resolver: emailMatchingUserEntityProfileEmail, allowedDomains: [{domains}] }}"),
            "names 101 domains",
        ),
        (
            "{ resolver: usernameMatchingUserEntityName, dangerouslyAllowSignInWithoutUserInCatalog: maybe }",
            "to a boolean",
        ),
        ("{}", "Missing required config value"),
        ("usernameMatchingUserEntityName", "wanted object"),
        (&many, "at most 20 are tried"),
    ] {
        refused(&[(&resolvers("github", list), wanted)]);
    }
    refused(&[(&provider("github", "clientId: x, signIn: { resolver: [] }"), "unknown key `resolver`")]);
}

#[test]
fn a_domain_that_is_lost_takes_the_provider_with_it() {
    let yaml = resolvers(
        "github",
        "{ resolver: emailLocalPartMatchingUserEntityName, allowedDomains: ['${NOPE}'] }",
    );
    let (settings, warnings) = dev(&yaml);
    assert!(settings.auth.providers.is_empty() && warnings.contains("left out"), "{warnings}");
}

#[test]
fn it_is_told_when_nobody_can_sign_in() {
    let said = "nobody can sign in: no provider has sign-in resolvers in the environment `production`";
    assert!(good(&provider("github", "clientId: x, clientSecret: 5f2c7a9e1b3d4f6a8c0e")).1.contains(said));
    assert!(good(&resolvers("github", "")).1.contains(said));
    let of_development = resolvers("github", "{ resolver: usernameMatchingUserEntityName }")
        .replace("      production:", "      development:");
    assert!(good(&of_development).1.contains(said), "another environment");
    assert_eq!(dev("auth: { providers: { guest: {} } }").1.matches("nobody").count(), 0);
}

#[test]
fn addresses_that_nobody_verified_count_where_it_is_said() {
    let yaml = resolvers("github", "{ resolver: emailMatchingUserEntityProfileEmail }");
    let (settings, warnings) =
        good(&format!("{yaml}stagedoor: {{ signIn: {{ unverifiedEmail: [github, okta] }} }}"));
    assert!(settings.auth.providers[0].unsaid_email_counts);
    assert!(
        warnings.contains("no provider `okta` is configured") && !warnings.contains("`github`"),
        "{warnings}"
    );
    assert!(!good(&yaml).0.auth.providers[0].unsaid_email_counts);
}
