//! OAuth providers, their environments, and what each makes of its keys.

use super::*;

/// So many different things, as a list writes them.
fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(", ")
}

fn oidc_of(yaml: &str) -> OidcSettings {
    let (settings, warnings) = good(yaml);
    assert_eq!(warnings, "", "{yaml}");
    let [ProviderSettings { kind: ProviderKind::Oidc(oidc), .. }] = &settings.auth.providers[..] else {
        panic!("one provider: {settings:?}")
    };
    oidc.clone()
}

#[test]
fn a_whole_oidc_provider() {
    let (settings, warnings) = good(&provider(
        "oidc",
        &format!(
            "{CLIENT}, metadataUrl: 'https://id.example.com/realms/staff', prompt: 'login consent', \
             callbackUrl: 'https://portal.example.com/api/auth/oidc/handler/frame', additionalScopes: 'groups, offline_access groups', \
             tokenEndpointAuthMethod: client_secret_post, tokenSignedResponseAlg: ES256, timeout: 5s, sessionDuration: 24h, \
             startUrlSearchParams: {{ hd: example.com, acr_values: '2' }}"
        ),
    ));
    assert_eq!(warnings, "");
    let [found] = &settings.auth.providers[..] else { panic!("one provider: {settings:?}") };
    assert_eq!((found.id.as_str(), found.environment.as_deref()), ("oidc", Some("production")));
    assert_eq!((found.session, found.unsaid_email_counts), (Some(Duration::from_hours(24)), false));
    assert_eq!(found.place.to_string(), "app-config.yaml:5:19");
    let ProviderKind::Oidc(oidc) = &found.kind else { panic!("{found:?}") };
    assert_eq!(
        oidc.metadata.as_str(),
        "https://id.example.com/realms/staff/.well-known/openid-configuration"
    );
    assert_eq!((oidc.preset, &oidc.prompt), (OidcPreset::None, &Prompt::Word("login consent".to_owned())));
    assert_eq!((oidc.token_endpoint_auth, oidc.algorithm.as_str()), (TokenEndpointAuth::Post, "ES256"));
    assert_eq!((oidc.timeout, oidc.domain.as_deref()), (Duration::from_secs(5), Some("example.com")));
    assert_eq!(oidc.start_parameters.len(), 2);
    assert_eq!(oidc.client.scopes, ["groups", "offline_access"]);
    assert_eq!(oidc.client.secret.expose(), "5f2c7a9e1b3d4f6a8c0e");
    assert!(oidc.client.callback.is_some() && !format!("{settings:?}").contains("5f2c7a9e"));
}

#[test]
fn an_oidc_provider_without_anything_it_can_do_without() {
    let url = "https://id.example.com/x/.well-known/openid-configuration";
    let oidc = oidc_of(&provider("oidc", &format!("{CLIENT}, metadataUrl: '{url}'")));
    assert_eq!((oidc.metadata.as_str(), &oidc.prompt), (url, &Prompt::Auto));
    assert_eq!((oidc.token_endpoint_auth, oidc.algorithm.as_str()), (TokenEndpointAuth::Basic, "RS256"));
    assert_eq!((oidc.timeout, oidc.domain), (Duration::from_secs(10), None));
    let (_, warnings) = good(&provider("oidc", &format!("{CLIENT}, metadataUrl: '{url}', prompt: none")));
    assert!(warnings.contains("the provider may ask nothing"), "{warnings}");
}

#[test]
fn presets_know_their_issuers() {
    for (id, more, metadata) in [
        ("google", "", "https://accounts.google.com/.well-known/openid-configuration"),
        (
            "microsoft",
            ", tenantId: 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
            "https://login.microsoftonline.com/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/v2.0/.well-known/openid-configuration",
        ),
        (
            "okta",
            ", audience: 'https://example.okta.com'",
            "https://example.okta.com/.well-known/openid-configuration",
        ),
        (
            "okta",
            ", audience: 'https://example.okta.com/', authServerId: default",
            "https://example.okta.com/oauth2/default/.well-known/openid-configuration",
        ),
        ("gitlab", "", "https://gitlab.com/.well-known/openid-configuration"),
        (
            "gitlab",
            ", audience: 'https://example.com/gitlab'",
            "https://example.com/gitlab/.well-known/openid-configuration",
        ),
    ] {
        let oidc = oidc_of(&provider(id, &format!("{CLIENT}{more}")));
        assert_eq!(oidc.metadata.as_str(), metadata, "{id}");
        assert_eq!((oidc.prompt, oidc.algorithm.as_str()), (Prompt::Auto, "RS256"));
    }
    let domain =
        oidc_of(&provider("google", &format!("{CLIENT}, startUrlSearchParams: {{ hd: example.com }}")))
            .domain;
    assert_eq!(domain.as_deref(), Some("example.com"));
    let any = oidc_of(&provider("google", &format!("{CLIENT}, startUrlSearchParams: {{ hd: '*' }}"))).domain;
    assert_eq!(any, None, "a star is any domain");
    let hinted = oidc_of(&provider("microsoft", &format!("{CLIENT}, tenantId: x, domainHint: example.com")));
    assert_eq!(hinted.start_parameters, [("domain_hint".to_owned(), "example.com".to_owned())]);
    let okta = oidc_of(&provider("okta", &format!("{CLIENT}, audience: 'https://o', idp: 0oa1")));
    assert_eq!(okta.start_parameters, [("idp".to_owned(), "0oa1".to_owned())]);
}

#[test]
fn github_and_its_enterprise() {
    let (settings, warnings) = good(
        &provider(
            "github",
            &format!("{CLIENT}, enterpriseInstanceUrl: 'https://ghe.example.com', additionalScopes: [repo]"),
        )
        .replace("emailMatchingUserEntityProfileEmail", "usernameMatchingUserEntityName"),
    );
    assert_eq!(warnings, "");
    let ProviderKind::GitHub(github) = &settings.auth.providers[0].kind else { panic!("{settings:?}") };
    assert_eq!(github.instance.as_ref().map(Url::as_str), Some("https://ghe.example.com/"));
    assert_eq!(github.client.scopes, ["repo"]);
}

#[test]
fn every_key_of_a_provider_is_an_environment() {
    let block = format!("{{ {CLIENT} }}");
    let (settings, _) = good(&format!(
        "auth: {{ environment: one, providers: {{ github: {{ one: {block}, two: {block}, three: null }} }} }}"
    ));
    let names: Vec<_> =
        settings.auth.providers.iter().filter_map(|provider| provider.environment.as_deref()).collect();
    assert_eq!(names, ["one", "two"]);
    let many = numbered(21, |at| format!("e{at}: {block}"));
    let unknown = numbered(51, |at| format!("p{at}: {{}}"));
    refused(&[
        (
            &format!("auth: {{ providers: {{ github: {block} }} }}"),
            "are environments, and `clientId` is none",
        ),
        (&format!("auth: {{ providers: {{ github: {{ {many} }} }} }}"), "at most 20 are possible"),
        (&format!("auth: {{ providers: {{ {unknown} }} }}"), "at most 50 are offered"),
        ("auth: { providers: { github: true } }", "wanted object"),
    ]);
    // Half a provider is none.
    let lost = "auth: { providers: { github: { development: { clientId: x, clientSecret: '${NOPE}' } } } }";
    let (settings, warnings) = dev(lost);
    assert!(
        settings.auth.providers.is_empty() && warnings.contains("this provider is left out"),
        "{warnings}"
    );
}

#[test]
fn what_would_weaken_a_provider_is_refused() {
    let url = "metadataUrl: 'https://id.example.com'";
    let scopes = numbered(21, |at| format!("s{at}"));
    let parameters = numbered(21, |at| format!("p{at}: x"));
    for (id, block, wanted) in [
        ("oidc", CLIENT.to_owned(), "metadataUrl"),
        ("oidc", format!("{CLIENT}, {url}, scope: openid"), "no longer supports the \"scope\""),
        ("oidc", format!("{CLIENT}, metadataUrl: 'http://id.example.com'"), "plain http"),
        ("oidc", format!("{CLIENT}, metadataUrl: 'http://127.0.0.1:9'"), "plain http"),
        ("oidc", format!("{CLIENT}, metadataUrl: 'https://a:b@id.example.com'"), "it holds credentials"),
        (
            "oidc",
            format!("{CLIENT}, metadataUrl: 'https://id/{}'", "x".repeat(2_048)),
            "longer than 2048 bytes",
        ),
        (
            "oidc",
            format!("{CLIENT}, {url}, callbackUrl: 'http://localhost:7007/api/auth/oidc/handler/frame'"),
            "plain http",
        ),
        (
            "oidc",
            format!("{CLIENT}, {url}, callbackUrl: 'https://h/api/auth/oidc/handler/frame?x'"),
            "has a query",
        ),
        ("oidc", format!("{CLIENT}, {url}, prompt: quiet"), "`quiet` is no prompt"),
        ("oidc", format!("{CLIENT}, {url}, prompt: none login"), "is no prompt"),
        ("oidc", format!("{CLIENT}, {url}, tokenSignedResponseAlg: HS256"), "it has no public key"),
        ("oidc", format!("{CLIENT}, {url}, tokenSignedResponseAlg: none"), "it has no public key"),
        ("oidc", format!("{CLIENT}, {url}, tokenEndpointAuthMethod: none"), "`none` is not supported"),
        ("oidc", format!("{CLIENT}, {url}, timeout: 1h"), "from a second to a minute"),
        ("oidc", format!("{CLIENT}, {url}, sessionDuration: 1s"), "from a minute to a thousand days"),
        ("oidc", format!("{CLIENT}, {url}, startUrlSearchParams: {{ nonce: x }}"), "what protects a sign-in"),
        (
            "oidc",
            format!("{CLIENT}, {url}, startUrlSearchParams: {{ redirect_uri: x }}"),
            "what protects a sign-in",
        ),
        ("oidc", format!("{CLIENT}, {url}, startUrlSearchParams: {{ prompt: x }}"), "there is a key for it"),
        (
            "oidc",
            format!("{CLIENT}, {url}, startUrlSearchParams: {{ x: '{}' }}", "x".repeat(1_024)),
            "too long",
        ),
        (
            "oidc",
            format!("{CLIENT}, {url}, startUrlSearchParams: {{ {parameters} }}"),
            "at most 20 are added",
        ),
        ("oidc", format!("{CLIENT}, {url}, additionalScopes: '{scopes}'"), "at most 20 are asked for"),
        ("oidc", format!("{CLIENT}, {url}, additionalScopes: ['a\"b']"), "is no scope"),
        ("github", format!("{CLIENT}, enterpriseInstanceUrl: 'http://ghe.example.com'"), "plain http"),
        ("github", format!("{CLIENT}, enterpriseInstanceUrl: null"), "is empty, which would lift the limit"),
        ("microsoft", CLIENT.to_owned(), "tenantId"),
        ("microsoft", format!("{CLIENT}, tenantId: common"), "no issuer can be checked"),
        ("microsoft", format!("{CLIENT}, tenantId: Organizations"), "no issuer can be checked"),
        ("microsoft", format!("{CLIENT}, tenantId: a/b"), "`a/b` is no id"),
        ("microsoft", format!("{CLIENT}, tenantId: .."), "`..` is no id"),
        ("okta", CLIENT.to_owned(), "audience"),
        ("okta", format!("{CLIENT}, audience: 'https://o', authServerId: '../x'"), "is no id"),
        ("okta", format!("{CLIENT}, audience: 'http://o'"), "plain http"),
        ("gitlab", format!("{CLIENT}, audience: null"), "is empty, which would lift the limit"),
        (
            "github",
            format!("clientId: '{}', clientSecret: 5f2c7a9e1b3d4f6a8c0e", "x".repeat(513)),
            "longer than 512",
        ),
    ] {
        refused(&[(&provider(id, &block), wanted)]);
    }
}

#[test]
fn client_secrets_are_real_ones_in_production() {
    for (secret, wanted) in [
        ("x1y2z3w", "shorter than 8 characters"),
        ("changeme-please", "known from templates"),
        ("your-client-secret", "known from templates"),
        ("GITHUB_CLIENT_SECRET", "known from templates"),
        ("<client-secret>", "known from templates"),
        (&"x".repeat(5_000), "longer than 4096 bytes"),
    ] {
        let block = format!("clientId: x, clientSecret: '{secret}'");
        let said = bad(&provider("github", &block));
        assert!(said.contains(wanted) && said.contains("github.production.clientSecret"), "{said}");
        assert!(!said.contains(secret), "{said}");
        if secret.len() < 4_096 {
            assert_eq!(dev(&provider("github", &block)).0.auth.providers.len(), 1, "a double has any secret");
        }
    }
}

#[test]
fn what_is_not_understood_is_told() {
    let (settings, warnings) = good(&format!(
        "{}    azureEasyAuth: {{}}\n    onelogin: {{ production: {{ clientSecret: x }} }}\n",
        provider("github", &format!("{CLIENT}, enterpriseInstanceURL: 'https://ghe.example.com'"))
    ));
    assert_eq!(settings.auth.providers.len(), 1);
    assert!(warnings.contains("`enterpriseInstanceURL` is not used here"), "{warnings}");
    for id in ["azureEasyAuth", "onelogin"] {
        assert!(
            warnings.contains(&format!("the provider `{id}` is not supported: its paths answer 404")),
            "{warnings}"
        );
    }
}

#[test]
fn people_are_sent_back_to_where_we_answer() {
    let with = |url: &str| provider("github", &format!("{CLIENT}, callbackUrl: '{url}'"));
    good(&with("https://portal.example.com/api/auth/github/handler/frame"));
    good(&with("https://Portal.example.com:443/api/auth/github/handler/frame"));
    for url in [
        "https://portal.example.com/login",
        "https://portal.example.com/portal/api/auth/github/handler/frame",
        "https://portal.example.com/api/auth/oidc/handler/frame",
        "https://other.example.com/api/auth/github/handler/frame",
        "https://portal.example.com:8443/api/auth/github/handler/frame",
    ] {
        let ours = "write `https://portal.example.com/api/auth/github/handler/frame`";
        refused(&[(&with(url), "is not where this portal answers"), (&with(url), ours)]);
    }
    let (_, warnings) =
        dev("auth: { environment: development, providers: { github: { development: { clientId: a, \
         clientSecret: b, callbackUrl: 'https://portal.example.com/api/auth/github/handler/frame' } } } }");
    assert!(
        warnings.contains("is not where this portal answers"),
        "a file of production's is no error: {warnings}"
    );
}
