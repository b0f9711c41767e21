//! Providers that stand before us, and guests.

use super::*;

const RESOLVER: &str = "signIn: { resolvers: [{ resolver: emailMatchingUserEntityProfileEmail }] }";

fn proxy(id: &str, keys: &str) -> String {
    format!("auth:\n  providers:\n    {id}: {{ {RESOLVER}, {keys} }}\n")
}

const ALB: &str = "issuer: 'https://example.okta.com', region: eu-west-1, \
                   signer: 'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/portal/1'";
const TRUST: &str =
    "stagedoor: { signIn: { oauth2Proxy: { metadataUrl: 'https://id.example.com', clientId: proxy } } }";

#[test]
fn a_proxy_is_believed_for_what_it_signs() {
    let (settings, warnings) = good(&format!(
        "{}    gcpIap: {{ {RESOLVER}, audience: /projects/1/global/backendServices/2 }}\n    \
         cfaccess: {{ {RESOLVER}, teamName: Example, audience: 4714c1358e65fe, jwtHeaderName: X-Jwt }}\n    \
         oauth2Proxy: {{ signIn: {{ resolvers: [{{ resolver: forwardedUserMatchingUserEntityName }}] }} }}\n{TRUST}",
        proxy("awsalb", ALB)
    ));
    assert_eq!(warnings, "");
    let kinds: Vec<&ProviderKind> = settings.auth.providers.iter().map(|provider| &provider.kind).collect();
    let [
        ProviderKind::AwsAlb(alb),
        ProviderKind::GcpIap(iap),
        ProviderKind::CfAccess(cloudflare),
        ProviderKind::OAuth2Proxy(OAuth2ProxySettings { trust: ProxyTrust::IdToken { metadata, client_id } }),
    ] = kinds[..]
    else {
        panic!("{kinds:?}")
    };
    assert_eq!((alb.issuer.as_str(), alb.region.as_str()), ("https://example.okta.com", "eu-west-1"));
    assert!(alb.signer.starts_with("arn:aws:"));
    assert_eq!(
        (iap.audience.as_str(), iap.header.as_str()),
        ("/projects/1/global/backendServices/2", "x-goog-iap-jwt-assertion")
    );
    assert_eq!((cloudflare.team.as_str(), cloudflare.header.as_str()), ("example", "x-jwt"));
    assert_eq!(metadata.as_str(), "https://id.example.com/.well-known/openid-configuration");
    assert_eq!(client_id, "proxy");
    assert!(settings.auth.providers.iter().all(|provider| provider.environment.is_none()));
}

#[test]
fn what_cannot_be_proven_is_not_believed() {
    for (id, keys, wanted) in [
        ("awsalb", "issuer: 'https://i', region: eu-west-1", "whatever balancer of the region signs"),
        ("gcpIap", "", "made for any other application"),
        ("cfaccess", "teamName: example", "made for any other application"),
        ("oauth2Proxy", "", "oauth2-proxy is not believed"),
    ] {
        refused(&[(&proxy(id, keys), wanted)]);
        let (settings, warnings) = dev(&proxy(id, keys));
        assert!(settings.auth.providers.is_empty() && warnings.contains(wanted), "{warnings}");
    }
    for (id, keys, wanted) in [
        (
            "awsalb",
            ALB.replace("arn:aws:elasticloadbalancing", "arn:aws:iam"),
            "not the ARN of a load balancer",
        ),
        ("awsalb", ALB.replace("region: eu-west-1", "region: evil.example/x"), "cannot be a part of a host"),
        ("awsalb", ALB.replace("https://", "http://"), "plain http"),
        ("awsalb", ALB.replace("issuer: 'https://example.okta.com', ", ""), "issuer"),
        ("cfaccess", "teamName: a.b, audience: x".to_owned(), "cannot be a part of a host"),
        ("cfaccess", "audience: x".to_owned(), "teamName"),
        (
            "cfaccess",
            "teamName: a, audience: x, jwtHeaderName: Cookie".to_owned(),
            "is not a header that a proxy",
        ),
        ("gcpIap", "audience: x, jwtHeader: 'a:b'".to_owned(), "is not a header that a proxy"),
        ("gcpIap", format!("audience: {}", "x".repeat(513)), "longer than 512 bytes"),
        ("gcpIap", "audience: x, sessionDuration: 1s".to_owned(), "from a minute"),
    ] {
        refused(&[(&proxy(id, &keys), wanted)]);
    }
    let plain = TRUST.replace("https://", "http://");
    refused(&[
        (&format!("{}{plain}", proxy("oauth2Proxy", "")), "plain http"),
        (&format!("{}{}", proxy("oauth2Proxy", ""), TRUST.replace(", clientId: proxy", "")), "clientId"),
    ]);
    assert!(
        good(&proxy("cfaccess", "teamName: a, audience: x, serviceTokens: []"))
            .1
            .contains("`serviceTokens` is not used")
    );
}

#[test]
fn guests_are_for_development() {
    let guest = |keys: &str| format!("auth: {{ providers: {{ guest: {{ {keys} }} }} }}");
    let of = |keys: &str| match &dev(&guest(keys)).0.auth.providers[..] {
        [ProviderSettings { kind: ProviderKind::Guest(guest), .. }] => {
            (guest.user.clone(), guest.ownership.clone())
        }
        other => panic!("{other:?}"),
    };
    let named = "user:development/guest".to_owned();
    assert_eq!(of(""), (named.clone(), vec![named]));
    let (user, ownership) =
        of("userEntityRef: 'user:Ada', ownershipEntityRefs: ['group:default/A', 'user:ada']");
    assert_eq!(
        (user.as_str(), ownership.join(" ").as_str()),
        ("user:default/ada", "group:default/a user:default/ada")
    );
    let (settings, warnings) = good(&guest(""));
    assert!(
        settings.auth.providers.is_empty() && warnings.contains("does nothing in production"),
        "{warnings}"
    );
    for (keys, wanted) in [
        ("userEntityRef: 'group:default/a'", "is no user"),
        ("userEntityRef: 'user:'", "is no entity ref"),
        ("ownershipEntityRefs: ['a b']", "is no entity ref"),
    ] {
        let said = super::super::super::tests::dev_bad(&guest(keys));
        assert!(said.contains(wanted), "{said}");
    }
}
