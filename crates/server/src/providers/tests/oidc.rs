//! `OpenID` Connect as it should go.

use config::{Prompt, TokenEndpointAuth};
use model::Secret;
use serde_json::json;
use time::Duration;

use super::super::{CodeExchange, ProviderError, RefreshRequest};
use super::issuer::{Issuer, come_back};
use super::{SECRET, TestKey, VERIFIER, callback, kind, now, provider, sent};

fn refresh<'a>(stored: &'a Secret<String>, scope: &'a str) -> RefreshRequest<'a> {
    RefreshRequest { stored, subject: "7", granted: "openid profile email", scope }
}

#[tokio::test]
async fn a_person_is_sent_away_and_comes_back() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    let url = issuer.send(&provider, now()).await.expect("a URL");
    assert_eq!(url.path(), "/auth");
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let of = |name: &str| {
        let mut all = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        (all.next(), all.next())
    };
    for (name, value) in [
        ("tenant", "a"),
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", "https://portal.example.com/api/auth/oidc/handler/frame"),
        ("scope", "openid profile email"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(of(name), (Some(value), None), "{name}");
    }
    assert_eq!((of("prompt"), of("login_hint")), ((None, None), (None, None)));
    let grant = come_back(&provider, now()).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.scope.as_str()), ("7", "openid profile email"));
    assert_eq!(grant.profile.counted_email(), Some("ada@example.com"));
    assert_eq!(grant.profile.username.as_deref(), Some("ada"));
    assert_eq!(grant.profile.id.as_deref(), Some("7"));
    assert_eq!(grant.expires_in, Some(std::time::Duration::from_hours(1)));
    assert_eq!(grant.access_token.expect("one").expose(), "the-access-token");
    assert_eq!(grant.refresh_token.expect("one").expose(), "the-refresh-token-0");
    assert!(grant.id_token.is_some());
    assert_eq!(issuer.peer.count("/me"), 0, "the ID token said it all");
    let again = come_back(&provider, now()).await.expect_err("a code is for once");
    assert_eq!(kind(&again), "Grant");
    assert_eq!(issuer.peer.count("/.well-known/openid-configuration"), 1);
    assert_eq!(issuer.peer.count("/keys"), 1);
}

#[tokio::test]
async fn settings_say_how_to_ask_and_cannot_say_what_is_ours() {
    let issuer = Issuer::new().await;
    let settings = issuer.settings(|oidc| {
        oidc.prompt = Prompt::Word("select_account".to_owned());
        oidc.token_endpoint_auth = TokenEndpointAuth::Post;
        oidc.client.scopes = vec!["groups".to_owned(), "email".to_owned()];
        let said =
            [("acr_values", "mfa"), ("prompt", "none"), ("state", "x"), ("redirect_uri", "https://evil")];
        oidc.start_parameters = said.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    });
    let provider = provider(&settings);
    let url = issuer.send(&provider, now()).await.expect("a URL");
    let all = |name: &str| -> Vec<String> {
        url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
    };
    assert_eq!(all("prompt"), ["select_account"]);
    assert_eq!(all("acr_values"), ["mfa"]);
    assert_eq!(all("state"), ["the-state"]);
    assert_eq!(all("redirect_uri"), [callback().as_str()]);
    assert_eq!(all("scope"), ["openid profile email groups"]);
    assert!(come_back(&provider, now()).await.is_ok(), "the secret goes by form");
    let asked = issuer.peer.asked();
    let token = asked.iter().find(|asked| asked.path == "/token").expect("asked");
    assert_eq!(token.header("authorization"), None);
    assert_eq!(token.field("client_secret").as_deref(), Some(SECRET));
    assert_eq!(provider.scope("email repo").expect("a scope"), "openid profile email groups repo");
    assert_eq!(kind(&provider.scope("a\"b").expect_err("no scope")), "Scope");
}

#[tokio::test]
async fn what_the_id_token_lacks_is_asked_for() {
    let issuer = Issuer::new().await;
    issuer.told(|play| {
        play.claims =
            json!({"email": null, "email_verified": null, "name": null, "preferred_username": null});
    });
    let grant = issuer.sign_in(&issuer.provider()).await.expect("a grant");
    assert_eq!(grant.profile.counted_email(), Some("ada@example.com"));
    assert_eq!(grant.profile.display_name.as_deref(), Some("Ada"));
    assert_eq!(issuer.peer.count("/me"), 1);
}

#[tokio::test]
async fn an_address_counts_when_it_is_said_to_be_verified() {
    for (token, more, unsaid, counts) in [
        (json!(true), json!(null), false, true),
        (json!(null), json!(true), false, true),
        (json!(null), json!(null), false, false),
        (json!(null), json!(null), true, true),
        (json!(null), json!(false), true, false),
        (json!(false), json!(true), true, false),
        (json!("false"), json!(true), true, false),
    ] {
        let issuer = Issuer::new().await;
        issuer.told(|play| {
            play.claims = json!({"email_verified": token});
            play.user_info = json!({"email_verified": more});
        });
        let mut settings = issuer.settings(|_| {});
        settings.unsaid_email_counts = unsaid;
        let grant = issuer.sign_in(&provider(&settings)).await.expect("a grant");
        assert_eq!(grant.profile.counted_email().is_some(), counts, "{token} {more} {unsaid}");
    }
}

#[tokio::test]
async fn a_refresh_is_of_the_same_person() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    let stored = issuer.sign_in(&provider).await.expect("a grant").refresh_token.expect("one");
    let grant = sent(provider.refresh(&refresh(&stored, "email"), now())).await.expect("a grant");
    assert_eq!(grant.profile.counted_email(), Some("ada@example.com"));
    let next = grant.refresh_token.expect("one");
    assert_eq!(next.expose(), "the-refresh-token-1");
    let old = provider.refresh(&refresh(&stored, ""), now()).await.expect_err("it was rotated");
    assert_eq!(kind(&old), "Grant");
    let wide = provider.refresh(&refresh(&next, "email admin"), now()).await.expect_err("it was not granted");
    assert_eq!(kind(&wide), "Scope");

    issuer.told(|play| play.tokens = json!({"refresh_token": null}));
    let grant = provider.refresh(&refresh(&next, ""), now()).await.expect("a grant");
    assert_eq!(grant.refresh_token.expect("one").expose(), next.expose(), "it goes on being good");
    issuer.told(|play| play.claims = json!({"sub": "8"}));
    assert_eq!(kind(&provider.refresh(&refresh(&next, ""), now()).await.expect_err("another")), "Subject");

    // Without an ID token, the UserInfo endpoint says who it is.
    issuer.told(|play| play.tokens = json!({"id_token": null}));
    let grant = provider.refresh(&refresh(&next, ""), now()).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.profile.id.as_deref()), ("7", Some("7")));
    issuer.told(|play| play.user_info = json!({"sub": "8"}));
    let error = provider.refresh(&refresh(&next, ""), now()).await.expect_err("another");
    assert!(matches!(error, ProviderError::Refused(super::Refusal::UserInfo(_))), "{error:?}");
}

#[tokio::test]
async fn without_an_id_token_and_without_user_info_nobody_is_known() {
    let issuer = Issuer::new().await;
    issuer.told(|play| play.discovery = json!({"userinfo_endpoint": null}));
    let provider = issuer.provider();
    let stored = issuer.sign_in(&provider).await.expect("a grant").refresh_token.expect("one");
    issuer.told(|play| play.tokens = json!({"id_token": null}));
    assert_eq!(kind(&provider.refresh(&refresh(&stored, ""), now()).await.expect_err("nobody")), "NoIdToken");
    assert_eq!(kind(&issuer.sign_in(&provider).await.expect_err("nobody")), "NoIdToken");
}

#[tokio::test]
async fn what_was_asked_for_counts_though_the_answer_leaves_it_out() {
    let issuer = Issuer::new().await;
    let mut settings = issuer.settings(|_| {});
    if let config::ProviderKind::Oidc(oidc) = &mut settings.kind {
        oidc.client.scopes = vec!["offline_access".to_owned()];
    }
    let provider = super::provider(&settings);
    let grant = issuer.sign_in(&provider).await.expect("a grant");
    assert_eq!(grant.scope, "openid profile email offline_access", "the answer has three of them");
    let stored = grant.refresh_token.expect("one");
    let request = RefreshRequest {
        stored: &stored,
        subject: "7",
        granted: &grant.scope,
        scope: "offline_access openid",
    };
    let again = provider.refresh(&request, now()).await.expect("it was asked for before");
    assert_eq!(again.scope, grant.scope);
}

#[tokio::test]
async fn signing_out_is_told_to_the_provider() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    let token = Secret::new("the-refresh-token-0".to_owned());
    assert!(sent(provider.revoke(&token, now())).await.expect("told"));
    let asked = issuer.peer.asked();
    let told = asked.iter().find(|asked| asked.path == "/revoke").expect("asked");
    assert_eq!(told.field("token").as_deref(), Some("the-refresh-token-0"));

    let silent = Issuer::new().await;
    silent.told(|play| play.discovery = json!({"revocation_endpoint": null}));
    let provider = silent.provider();
    assert!(!provider.revoke(&token, now()).await.expect("it has no way"));
}

#[tokio::test]
async fn keys_change_without_notice() {
    let issuer = Issuer::new().await;
    let provider = issuer.provider();
    assert!(issuer.sign_in(&provider).await.is_ok());
    issuer.told(|play| {
        play.keys.push(TestKey::p256("two"));
        play.signs = 1;
    });
    assert!(issuer.sign_in(&provider).await.is_ok());
    assert_eq!(issuer.peer.count("/keys"), 2);
    // The old one is taken back: what it signs is not taken an hour later.
    issuer.told(|play| {
        let old = play.keys.remove(0);
        play.signs = 0;
        play.id_token = Some(Box::new(move |_, claims| old.token(&old.header(), claims)));
        let iat = (now() + Duration::hours(1)).unix_timestamp();
        play.claims = json!({"iat": iat, "exp": iat + 300});
    });
    let error =
        issuer.sign_in_at(&provider, now() + Duration::hours(1)).await.expect_err("it is not published");
    assert_eq!(kind(&error), "UnknownKey");
}

#[tokio::test]
async fn keys_without_names_are_tried_and_may_change_too() {
    let issuer = Issuer::with(TestKey::rsa("one")).await;
    let provider = provider(&issuer.settings(|oidc| oidc.algorithm = "RS256".to_owned()));
    issuer.told(|play| play.header = json!({"kid": null}));
    assert!(issuer.sign_in(&provider).await.is_ok());
    issuer.told(|play| play.keys = vec![TestKey::rsa("two")]);
    assert!(issuer.sign_in(&provider).await.is_ok());
    assert_eq!(issuer.peer.count("/keys"), 2);
}

#[tokio::test]
async fn the_callback_says_who_it_is_from() {
    let issuer = Issuer::new().await;
    let exchange = async |said: Option<&str>| {
        let provider = issuer.provider();
        issuer.send(&provider, now()).await.expect("a URL");
        let exchange = CodeExchange {
            code: &Secret::new("the-code".to_owned()),
            issuer: said,
            redirect_uri: &callback(),
            pkce_verifier: &Secret::new(VERIFIER.to_owned()),
            nonce: "the-nonce",
            scope: "openid",
        };
        provider.exchange(&exchange, now()).await.map_err(|error| kind(&error)).map(|grant| grant.subject)
    };
    let own = issuer.peer.origin();
    assert_eq!(exchange(Some(&own)).await, Ok("7".to_owned()));
    assert_eq!(exchange(Some("https://evil.example")).await, Err("Issuer".to_owned()));
    issuer.told(|play| play.discovery = json!({"authorization_response_iss_parameter_supported": true}));
    assert_eq!(exchange(None).await, Err("Issuer".to_owned()), "it always says so");
}
