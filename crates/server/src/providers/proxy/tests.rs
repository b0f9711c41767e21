//! Proxies that say the truth, and those who pretend to be one.

use std::sync::{Arc, Mutex};
use std::time::Duration as Wait;

use config::{
    AlbSettings, CloudflareSettings, IapSettings, OAuth2ProxySettings, ProviderKind, ProviderSettings,
    ProxyTrust,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::super::tests::{Answer, Peer, TestKey, now, sent, settings};
use super::super::{CALL, Way};
use super::assertion::Issuer;
use super::*;
use crate::outbound::Partner;

const ARN: &str = "arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/portal/1";
const KEY: &str = "12345678-1234-1234-1234-123456789012";

fn headers(all: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in all {
        let name: HeaderName = name.parse().expect("a name");
        headers.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    headers
}

fn why(answer: Result<Grant, ProviderError>) -> String {
    match answer.expect_err("nobody") {
        ProviderError::Unreachable(_) => "down".to_owned(),
        ProviderError::Misconfigured(_) => "setup".to_owned(),
        ProviderError::Refused(Refusal::IdToken(why)) => format!("{why:?}"),
        ProviderError::Refused(refusal) => format!("{refusal:?}"),
    }
}

fn partner(peer: &Peer) -> Partner {
    Partner::new([&peer.url("/")], CALL, true)
}

fn alb_settings() -> AlbSettings {
    AlbSettings {
        issuer: "https://id.example.com".parse().expect("a URL"),
        region: "eu-central-1".to_owned(),
        signer: ARN.to_owned(),
    }
}

fn alb(peer: &Peer) -> Alb {
    let provider = settings("awsalb", ProviderKind::AwsAlb(alb_settings()));
    Alb::at(peer.url("/"), partner(peer), &alb_settings(), &provider)
}

fn alb_header() -> Value {
    let exp = now().unix_timestamp() + 120;
    json!({"typ": "JWT", "alg": "ES256", "kid": KEY, "signer": ARN, "client": "portal", "exp": exp,
        "iss": "https://id.example.com"})
}

fn alb_claims() -> Value {
    json!({"sub": "7", "email": "ada@example.com", "email_verified": "true", "name": "Ada",
        "exp": now().unix_timestamp() + 120, "iss": "https://id.example.com"})
}

#[tokio::test]
async fn a_balancers_token_is_padded_and_its_key_is_fetched_once() {
    let key = TestKey::p256(KEY);
    let pem = key.pem();
    let peer = Peer::new(move |asked| match asked.path.strip_prefix('/') {
        Some(KEY) => Answer::new(200, pem.clone()),
        _ => Answer::new(403, "<Error/>"),
    })
    .await;
    let alb = alb(&peer);
    let token = key.padded(&alb_header(), &alb_claims());
    let all = headers(&[("x-amzn-oidc-data", &token), ("x-amzn-oidc-accesstoken", "the-access-token")]);
    let herd = futures_util::future::join_all((0..30).map(|_| alb.identify(&all, now()))).await;
    assert!(herd.iter().all(Result::is_ok), "one asks, and the others wait");
    for _ in 0..3 {
        let grant = sent(alb.identify(&all, now())).await.expect("a grant");
        assert_eq!((grant.subject.as_str(), grant.profile.counted_email()), ("7", Some("ada@example.com")));
        assert_eq!(grant.access_token.expect("one").expose(), "the-access-token");
        assert_eq!(grant.expires_in, Some(Wait::from_mins(2)));
    }
    assert_eq!(peer.count(&format!("/{KEY}")), 1);

    let with = |change: (&str, Value), claim: (&str, Value)| {
        let (mut header, mut claims) = (alb_header(), alb_claims());
        header[change.0] = change.1;
        claims[claim.0] = claim.1;
        key.padded(&header, &claims)
    };
    let same = ("name", json!("Ada"));
    let other = TestKey::p256(KEY).padded(&alb_header(), &alb_claims());
    for (token, expected) in [
        (with(("signer", json!("arn:aws:elasticloadbalancing:eu-central-1:2:x")), same.clone()), "Signer"),
        (with(("iss", json!("https://evil.example")), same.clone()), "Issuer"),
        (with(("exp", json!(now().unix_timestamp() - 31)), same.clone()), "Expired"),
        (with(("alg", json!("none")), same.clone()), "Algorithm"),
        (with(("kid", json!("../other/12345678-1234-1234-1234-123456")), same.clone()), "UnknownKey"),
        (with(("kid", json!("{12345678-1234-1234-1234-1234567890")), same.clone()), "UnknownKey"),
        (with(("kid", json!(null)), same.clone()), "UnknownKey"),
        (with(("typ", json!("JWT")), ("iss", json!("https://evil.example"))), "Issuer"),
        (other, "Signature"),
        (key.confused(&alb_claims()), "Algorithm"),
        ("x".to_owned(), "Form"),
    ] {
        let answer = alb.identify(&headers(&[("x-amzn-oidc-data", &token)]), now()).await;
        assert_eq!(why(answer), expected, "{token}");
    }
    assert_eq!(peer.asked().len(), 1, "what is no uuid is not asked for");
    // A name that somebody makes up does not push out the one that is known, nor does time.
    let hours = now() + time::Duration::hours(2);
    let (mut header, mut claims) = (alb_header(), alb_claims());
    header["exp"] = json!(hours.unix_timestamp() + 120);
    claims["exp"] = header["exp"].clone();
    let later = key.padded(&header, &claims);
    assert!(alb.identify(&headers(&[("x-amzn-oidc-data", &later)]), hours).await.is_ok());
    assert_eq!(peer.count(&format!("/{KEY}")), 2);
    let twice = headers(&[("x-amzn-oidc-data", &token), ("x-amzn-oidc-data", &token)]);
    assert_eq!(why(alb.identify(&twice, now()).await), "NoHeader");
    assert_eq!(why(alb.identify(&HeaderMap::new(), now()).await), "NoHeader");
}

#[tokio::test]
async fn made_up_names_of_keys_are_asked_for_ten_times_a_minute() {
    let key = TestKey::p256(KEY);
    let peer = Peer::new(|_| Answer::new(403, "<Error/>")).await;
    let alb = alb(&peer);
    for n in 0..20 {
        let mut header = alb_header();
        header["kid"] = json!(format!("12345678-1234-1234-1234-1234567890{n:02}"));
        let token = key.padded(&header, &alb_claims());
        let answer = alb.identify(&headers(&[("x-amzn-oidc-data", &token)]), now()).await;
        assert_eq!(why(answer), "UnknownKey");
    }
    assert_eq!(peer.asked().len(), 10);
}

#[tokio::test]
async fn what_is_no_key_of_a_balancers_is_none() {
    let token = TestKey::p256(KEY).padded(&alb_header(), &alb_claims());
    let all = headers(&[("x-amzn-oidc-data", &token)]);
    let other = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    for (body, status, expected) in [
        ("", 200, "down"),
        ("<html>", 200, "down"),
        (other, 200, "down"),
        ("", 500, "down"),
        ("", 302, "setup"),
        ("", 404, "UnknownKey"),
    ] {
        let peer = Peer::new(move |_| Answer::new(status, body)).await;
        assert_eq!(why(alb(&peer).identify(&all, now()).await), expected, "{status} {body}");
    }
}

/// Keys at `/keys`, which may change.
async fn publisher(keys: &Arc<Mutex<Vec<Value>>>) -> Peer {
    let keys = Arc::clone(keys);
    Peer::new(move |asked| match asked.path.as_str() {
        "/keys" => Answer::json(&json!({"keys": *keys.lock().expect("no test panics with it")})),
        _ => Answer::new(404, ""),
    })
    .await
}

fn claims(issuer: &str, audience: &str, subject: &str) -> Value {
    let iat = now().unix_timestamp();
    json!({"iss": issuer, "aud": audience, "sub": subject, "iat": iat, "exp": iat + 600, "email": "ada@example.com"})
}

#[tokio::test]
async fn google_says_who_is_behind_its_proxy() {
    const IAP: &str = "https://cloud.google.com/iap";
    const AUDIENCE: &str = "/projects/1/global/backendServices/2";
    let key = TestKey::p256("one");
    let keys = Arc::new(Mutex::new(vec![key.jwk()]));
    let peer = publisher(&keys).await;
    let iap = IapSettings { audience: AUDIENCE.to_owned(), header: "x-goog-iap-jwt-assertion".to_owned() };
    let provider = settings("gcpIap", ProviderKind::GcpIap(iap.clone()));
    let issuer = Issuer::Known(IAP.to_owned(), peer.url("/keys"));
    let proxy = Assertion::google_at(issuer, partner(&peer), &iap, &provider).expect("a proxy");
    let identify =
        async |token: &str| proxy.identify(&headers(&[("x-goog-iap-jwt-assertion", token)]), now()).await;
    let good = claims(IAP, AUDIENCE, "accounts.google.com:1234");
    let grant = identify(&key.token(&key.header(), &good)).await.expect("a grant");
    assert_eq!(
        (grant.subject.as_str(), grant.profile.id.as_deref()),
        ("accounts.google.com:1234", Some("1234"))
    );
    assert_eq!(grant.profile.counted_email(), None, "it does not say that it is verified");
    assert!(grant.id_token.is_none() && grant.refresh_token.is_none());
    for (token, expected) in [
        (key.token(&key.header(), &claims("https://evil.example", AUDIENCE, "a:1")), "Issuer"),
        (key.token(&key.header(), &claims(IAP, "/projects/1/global/backendServices/3", "a:1")), "Audience"),
        (key.token(&json!({"alg": "none"}), &good), "Algorithm"),
        (key.token(&json!({"alg": "RS256", "kid": "one"}), &good), "Algorithm"),
        (key.confused(&good), "Algorithm"),
        (TestKey::p256("one").token(&key.header(), &good), "Signature"),
        (key.padded(&key.header(), &good), "Form"),
    ] {
        assert_eq!(why(identify(&token).await), expected, "{token}");
    }
    let next = TestKey::p256("two");
    keys.lock().expect("no test panics with it").push(next.jwk());
    assert!(identify(&next.token(&next.header(), &good)).await.is_ok(), "it has a new key");
    assert_eq!(peer.count("/keys"), 2);
}

#[tokio::test]
async fn cloudflare_says_who_is_behind_its_proxy() {
    const TEAM: &str = "https://acme.cloudflareaccess.com";
    let key = TestKey::rsa("one");
    let keys = Arc::new(Mutex::new(vec![key.jwk()]));
    let peer = publisher(&keys).await;
    let access = CloudflareSettings {
        team: "acme".to_owned(),
        audience: "f00d".to_owned(),
        header: "cf-access-jwt-assertion".to_owned(),
    };
    let provider = settings("cfaccess", ProviderKind::CfAccess(access.clone()));
    let provider = ProviderSettings { unsaid_email_counts: true, ..provider };
    let issuer = Issuer::Known(TEAM.to_owned(), peer.url("/keys"));
    let proxy = Assertion::cloudflare_at(issuer, partner(&peer), &access, &provider).expect("a proxy");
    let identify = async |claims: &Value| {
        let token = key.token(&key.header(), claims);
        proxy.identify(&headers(&[("cf-access-jwt-assertion", &token)]), now()).await
    };
    let grant = identify(&claims(TEAM, "f00d", "7")).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.profile.counted_email()), ("7", Some("ada@example.com")));
    assert_eq!(why(identify(&claims("https://evil.cloudflareaccess.com", "f00d", "7")).await), "Issuer");
    assert_eq!(why(identify(&claims(TEAM, "beef", "7")).await), "Audience");
    assert_eq!(why(identify(&claims(TEAM, "f00d", "")).await), "Claims", "a program of theirs");
}

#[tokio::test]
async fn oauth2_proxy_is_believed_for_its_id_token_alone() {
    let key = TestKey::p256("one");
    let (jwk, origin) = (key.jwk(), Arc::new(Mutex::new(String::new())));
    let own = Arc::clone(&origin);
    let peer = Peer::new(move |asked| {
        let at = own.lock().expect("no test panics with it").clone();
        match asked.path.as_str() {
            "/.well-known/openid-configuration" => {
                Answer::json(&json!({"issuer": at, "jwks_uri": format!("{at}/keys"),
                "authorization_endpoint": format!("{at}/auth"), "token_endpoint": format!("{at}/token")}))
            }
            "/keys" => Answer::json(&json!({"keys": [jwk]})),
            _ => Answer::new(404, ""),
        }
    })
    .await;
    peer.origin().clone_into(&mut origin.lock().expect("no test panics with it"));
    let trust = ProxyTrust::IdToken { metadata: peer.url("/"), client_id: "proxy".to_owned() };
    let kind = ProviderKind::OAuth2Proxy(OAuth2ProxySettings { trust });
    let Ok(Way::Proxy(proxy)) = Way::new(&settings("oauth2Proxy", kind), true) else { panic!("a proxy") };
    let token = key.token(&key.header(), &claims(&peer.origin(), "proxy", "7"));
    let all = headers(&[("x-oauth2-proxy-id-token", &token), ("x-forwarded-user", "root")]);
    let grant = sent(proxy.identify(&all, now())).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.profile.username), ("7", None));
    assert_eq!(grant.id_token.expect("it is one").expose(), &token);
    let forged = headers(&[("x-forwarded-user", "root"), ("x-forwarded-email", "root@example.com")]);
    assert_eq!(why(proxy.identify(&forged, now()).await), "NoHeader");
    let other = key.token(&key.header(), &claims(&peer.origin(), "portal", "7"));
    let other = headers(&[("x-oauth2-proxy-id-token", &other)]);
    assert_eq!(why(proxy.identify(&other, now()).await), "Audience");
    let late = now() + time::Duration::seconds(661);
    assert_eq!(why(proxy.identify(&all, late).await), "Expired");
}

#[test]
fn settings_that_trust_too_many_are_refused() {
    let is_good = |kind| Way::new(&settings("proxy", kind), false).is_ok();
    let alb = |region: &str, signer: &str| {
        let (region, signer) = (region.to_owned(), signer.to_owned());
        ProviderKind::AwsAlb(AlbSettings { region, signer, ..alb_settings() })
    };
    assert!(is_good(alb("eu-central-1", ARN)));
    for region in ["", "eu-central-1.evil.example/", "a@b", "EU", "a/b", "a.b"] {
        assert!(!is_good(alb(region, ARN)), "{region}");
    }
    assert!(!is_good(alb("eu-central-1", "")));
    let access = |team: &str, audience: &str, header: &str| {
        let (team, audience, header) = (team.to_owned(), audience.to_owned(), header.to_owned());
        ProviderKind::CfAccess(CloudflareSettings { team, audience, header })
    };
    assert!(is_good(access("acme", "f00d", "cf-access-jwt-assertion")));
    for (team, audience, header) in
        [("", "f", "h"), ("evil.example/x", "f", "h"), ("acme", "", "h"), ("acme", "f", "a b")]
    {
        assert!(!is_good(access(team, audience, header)), "{team} {audience} {header}");
    }
    let trust = ProxyTrust::IdToken {
        metadata: "http://id.example.com".parse().expect("a URL"),
        client_id: "proxy".to_owned(),
    };
    assert!(!is_good(ProviderKind::OAuth2Proxy(OAuth2ProxySettings { trust })));
}
