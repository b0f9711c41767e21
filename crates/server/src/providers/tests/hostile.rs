//! `OpenID` Connect as it should not go.

use std::time::Duration as Wait;

use serde_json::{Value, json};
use time::Duration;

use super::issuer::{Forge, Issuer, Play, come_back};
use super::{Answer, ProviderError, SECRET, TestKey, kind, now, provider};

const DOCUMENT: &str = "/.well-known/openid-configuration";

/// What becomes of a sign-in when the provider is told something.
async fn becomes(tell: impl FnOnce(&mut Play)) -> String {
    let issuer = Issuer::new().await;
    issuer.told(tell);
    match issuer.sign_in(&issuer.provider()).await {
        Ok(_) => "taken".to_owned(),
        Err(error) => kind(&error),
    }
}

#[tokio::test]
async fn an_id_token_that_does_not_fit_is_not_taken() {
    let iat = now().unix_timestamp();
    for (claims, why) in [
        (json!({"iss": "https://evil.example"}), "Issuer"),
        (json!({"iss": null}), "Claims"),
        (json!({"aud": "another"}), "Audience"),
        (json!({"aud": ["portal", "another"]}), "Audience"),
        (json!({"azp": "another"}), "Audience"),
        (json!({"nonce": "another"}), "Nonce"),
        (json!({"nonce": null}), "Nonce"),
        (json!({"exp": iat - 61, "iat": iat - 400}), "Expired"),
        (json!({"iat": iat + 120, "exp": iat + 400}), "NotYet"),
        (json!({"exp": iat + 100_000}), "Lifetime"),
        (json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}), "AccessToken"),
        (json!({"sub": ""}), "Claims"),
        (json!({"sub": null}), "Claims"),
        (json!({"at_hash": null}), "taken"),
    ] {
        let said = claims.clone();
        assert_eq!(becomes(move |play| play.claims = said).await, why, "{claims}");
    }
}

#[tokio::test]
async fn a_signature_is_of_a_published_key_by_the_one_algorithm() {
    let with = |header: Value| -> Forge { Box::new(move |key, claims| key.token(&header, claims)) };
    let unsigned = |key: &TestKey, claims: &Value| {
        let token = key.token(&json!({"alg": "none"}), claims);
        let (message, _) = token.rsplit_once('.').expect("three parts");
        format!("{message}.")
    };
    let foreign = |_: &TestKey, claims: &Value| {
        let other = TestKey::p256("one");
        other.token(&other.header(), claims)
    };
    let inside = |_: &TestKey, claims: &Value| {
        let other = TestKey::p256("one");
        other.token(&json!({"alg": "ES256", "kid": "one", "jwk": other.jwk()}), claims)
    };
    let cases: Vec<(&str, Forge)> = vec![
        ("Algorithm", Box::new(unsigned)),
        ("Algorithm", with(json!({"alg": "none", "kid": "one"}))),
        ("Algorithm", Box::new(TestKey::confused)),
        ("Algorithm", with(json!({"alg": "RS256", "kid": "one"}))),
        ("Signature", Box::new(foreign)),
        ("Signature", Box::new(inside)),
        ("UnknownKey", with(json!({"alg": "ES256", "kid": "two"}))),
        ("UnknownKey", with(json!({"alg": "ES256", "kid": "../../keys"}))),
        ("Header", with(json!({"alg": "ES256", "kid": "one", "crit": ["exp"]}))),
        ("Form", Box::new(|key, claims| format!("{}.x.y", key.token(&key.header(), claims)))),
        ("Form", Box::new(|_, _| "opaque".to_owned())),
    ];
    for (number, (why, forge)) in cases.into_iter().enumerate() {
        assert_eq!(becomes(move |play| play.id_token = Some(forge)).await, why, "case {number}");
    }
}

#[tokio::test]
async fn made_up_keys_do_not_make_us_ask_without_end() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    issuer.told(|play| play.header = json!({"kid": "made up"}));
    for _ in 0..15 {
        let error = issuer.sign_in(&provider).await.expect_err("there is no such key");
        assert_eq!(kind(&error), "UnknownKey");
    }
    assert_eq!(issuer.peer.count("/keys"), 11, "once, and ten times in a minute");
    issuer.told(|play| play.header = json!({}));
    assert!(issuer.sign_in(&provider).await.is_ok(), "who has a key is not in the way of it");
}

#[tokio::test]
async fn documents_that_cannot_be_read_are_no_documents() {
    let huge = "x".repeat(300 * 1024);
    let many = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 100_000].join(","));
    for path in [DOCUMENT, "/keys", "/token"] {
        for (answer, why) in [
            (Answer::new(200, ""), "down"),
            (Answer::new(200, "<html>"), "down"),
            (Answer::new(200, "[]"), "down"),
            (Answer::new(200, "null"), "down"),
            (Answer::new(200, "{\"keys\":[]}"), "down"),
            (Answer::new(200, [0xff_u8, 0xfe].to_vec()), "down"),
            (Answer::new(200, huge.clone()), "down"),
            (Answer::new(200, many.clone()), "down"),
            (Answer::new(500, ""), "down"),
            (Answer::new(503, "{}"), "down"),
            (Answer::new(429, "{}"), "down"),
            (Answer::new(302, "").with("location", "/keys"), "setup"),
            (Answer::new(307, "").with("location", "https://evil.example/"), "setup"),
        ] {
            let said = answer.clone();
            let became = becomes(move |play| drop(play.canned.insert(path, said))).await;
            assert_eq!(became, why, "{path}: {answer:?}");
        }
    }
    for path in [DOCUMENT, "/keys"] {
        let became = becomes(move |play| drop(play.canned.insert(path, Answer::new(404, "")))).await;
        assert_eq!(became, "setup", "{path}");
    }
}

#[tokio::test]
async fn answers_are_bounded() {
    for path in [DOCUMENT, "/keys", "/token"] {
        for (blanks, became) in [(200 * 1024, "taken"), (256 * 1024, "down")] {
            assert_eq!(
                becomes(move |play| play.blanks = Some((path, blanks))).await,
                became,
                "{path} {blanks}"
            );
        }
    }
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_the_settings_say() {
    for path in [DOCUMENT, "/keys", "/token"] {
        let issuer = Issuer::new().await;
        let provider = provider(&issuer.settings(|oidc| oidc.timeout = Wait::from_millis(300)));
        let slow = Answer::json(&json!({})).after(Wait::from_mins(1));
        issuer.told(|play| drop(play.canned.insert(path, slow)));
        let within = tokio::time::timeout(Wait::from_secs(30), issuer.sign_in(&provider)).await;
        let error = within.expect("it gives up").expect_err("nobody comes");
        assert_eq!(kind(&error), "down", "{path}");
    }
}

#[tokio::test]
async fn a_document_speaks_for_its_issuer_and_leads_nowhere_else() {
    for (said, why) in [
        (json!({"issuer": "https://accounts.google.com"}), "setup"),
        (json!({"issuer": "http://127.0.0.1:1"}), "setup"),
        (json!({"issuer": null}), "down"),
        (json!({"token_endpoint": "http://id.example.com/token"}), "setup"),
        (json!({"jwks_uri": "http://id.example.com/keys"}), "setup"),
        (json!({"jwks_uri": "https://169.254.169.254/latest"}), "setup"),
        (json!({"jwks_uri": "https://[fd00:ec2::254]/"}), "setup"),
        (json!({"userinfo_endpoint": "https://10.0.0.1/me"}), "setup"),
        (json!({"authorization_endpoint": "javascript:alert(1)"}), "setup"),
        (json!({"token_endpoint": null}), "setup"),
        (json!({"jwks_uri": null}), "down"),
    ] {
        let discovery = said.clone();
        assert_eq!(becomes(move |play| play.discovery = discovery).await, why, "{said}");
    }
    // A name of this machine that nobody wrote down.
    let issuer = Issuer::new().await;
    let url = format!("{}/keys", issuer.peer.origin().replace("127.0.0.1", "localhost"));
    issuer.told(|play| play.discovery = json!({"jwks_uri": url}));
    let error = issuer.sign_in(&issuer.provider()).await.expect_err("it is not called");
    assert_eq!((kind(&error).as_str(), issuer.peer.count("/keys")), ("setup", 0));
}

#[tokio::test]
async fn answers_that_repeat_secrets_do_not_get_far() {
    let echo =
        json!({"error": SECRET, "error_description": format!("the-code {SECRET}"), "error_uri": SECRET});
    for status in [200, 400, 401, 403, 500] {
        let answer = Answer::new(status, echo.to_string());
        // `kind` looks for the secrets.
        let became = becomes(move |play| drop(play.canned.insert("/token", answer))).await;
        let expected = if status == 500 { "down" } else { "Unknown" };
        assert_eq!(became, expected, "{status}");
    }
    let answer =
        Answer::new(302, "").with("location", format!("https://evil.example/{SECRET}?code=the-code"));
    assert_eq!(becomes(move |play| drop(play.canned.insert("/token", answer))).await, "setup");
}

#[tokio::test]
async fn errors_with_status_200_are_errors() {
    let answer = Answer::json(&json!({"error": "invalid_grant", "access_token": "the-access-token",
        "token_type": "Bearer"}));
    assert_eq!(becomes(move |play| drop(play.canned.insert("/token", answer))).await, "Grant");
    assert_eq!(becomes(|play| play.tokens = json!({"token_type": "mac"})).await, "down");
    assert_eq!(becomes(|play| play.tokens = json!({"access_token": null})).await, "down");
    assert_eq!(becomes(|play| play.tokens = json!({"id_token": null})).await, "NoIdToken");
}

#[tokio::test]
async fn what_is_said_of_somebody_else_is_not_taken() {
    let lacking = json!({"email": null, "name": null});
    for (answer, why) in [
        (Answer::json(&json!({"sub": "8", "email": "root@example.com", "email_verified": true})), "Subject"),
        (Answer::json(&json!({"email": "root@example.com", "email_verified": true})), "Claims"),
        (Answer::new(200, "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0."), "Claims"),
        (Answer::new(401, "{}"), "Unknown"),
        (Answer::new(502, "{}"), "down"),
        (Answer::new(302, "").with("location", "/elsewhere"), "setup"),
    ] {
        let (claims, said) = (lacking.clone(), answer.clone());
        let became = becomes(move |play| {
            play.claims = claims;
            play.canned.insert("/me", said);
        });
        assert_eq!(became.await, why, "{answer:?}");
    }
}

#[tokio::test]
async fn a_code_that_another_was_given_is_worth_nothing() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    let error = come_back(&provider, now()).await.expect_err("nobody was sent");
    assert_eq!(kind(&error), "Grant");
}

#[tokio::test]
async fn documents_are_used_while_the_provider_is_down_and_no_longer() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    issuer.send(&provider, now()).await.expect("a URL");
    issuer.told(|play| drop(play.canned.insert(DOCUMENT, Answer::new(503, ""))));
    assert!(issuer.send(&provider, now() + Duration::hours(2)).await.is_ok(), "the old one will do");
    let error = issuer.send(&provider, now() + Duration::days(2)).await.expect_err("it is too old");
    assert_eq!(kind(&error), "down");
    issuer.told(|play| drop(play.canned.remove(DOCUMENT)));
    assert!(issuer.send(&provider, now() + Duration::days(3)).await.is_ok());
}

#[tokio::test]
async fn nobody_there_is_down() {
    let issuer = Issuer::new().await;
    let settings = issuer.settings(|oidc| oidc.metadata = "http://127.0.0.1:1".parse().expect("a URL"));
    let error = issuer.send(&provider(&settings), now()).await.expect_err("nobody is there");
    assert_eq!(kind(&error), "down");
}

#[tokio::test]
async fn what_cannot_work_is_said_at_the_start() {
    let issuer = Issuer::new().await;
    let new = |in_development, change: fn(&mut config::OidcSettings)| {
        let made = super::Way::new(&issuer.settings(change), in_development);
        made.map(drop).map_err(|error: ProviderError| kind(&error))
    };
    let setup = Err("setup".to_owned());
    assert_eq!(new(true, |_| {}), Ok(()));
    assert_eq!(new(false, |_| {}), setup, "http is for development");
    for algorithm in ["none", "HS256", "rs256", ""] {
        let mut settings = issuer.settings(|_| {});
        if let config::ProviderKind::Oidc(oidc) = &mut settings.kind {
            oidc.algorithm = algorithm.to_owned();
        }
        assert!(super::Way::new(&settings, true).is_err(), "{algorithm}");
    }
    assert_eq!(new(true, |oidc| oidc.metadata = "http://id.example.com".parse().expect("a URL")), setup);
    assert_eq!(new(true, |oidc| oidc.metadata = "https://u:p@id.example.com".parse().expect("a URL")), setup);
}
