//! GitHub Enterprise, as far as people sign in.

use std::sync::{Arc, Mutex};

use config::{GitHubSettings, ProviderKind, ProviderSettings, ResolverSettings};
use http::Method;
use model::Secret;
use serde_json::{Value, json};

use super::super::{
    AuthorizeRequest, CodeExchange, Grant, Provider, ProviderError, RefreshRequest, pkce_challenge,
};
use super::{Answer, Asked, Peer, SECRET, VERIFIER, callback, client, kind, now, provider, settings};

/// What it says; a test changes it.
struct Play {
    tokens: Answer,
    user: Answer,
    emails: Answer,
}

struct GitHub {
    peer: Peer,
    play: Arc<Mutex<Play>>,
}

fn user() -> Value {
    json!({"id": 583_231, "node_id": "MDQ6VXNlcjU4MzIzMQ==", "login": "ada", "name": "Ada", "email": "public@example.com",
        "avatar_url": "https://avatars.example.com/u/583231"})
}

fn tokens() -> Value {
    json!({"access_token": "the-access-token", "token_type": "bearer", "scope": "read:user,user:email"})
}

impl GitHub {
    async fn new() -> Self {
        let emails = json!([
            {"email": "other@example.com", "primary": false, "verified": true, "visibility": null},
            {"email": "ada@example.com", "primary": true, "verified": true, "visibility": "private"},
        ]);
        let play = Play {
            tokens: Answer::json(&tokens()),
            user: Answer::json(&user()),
            emails: Answer::json(&emails),
        };
        let play = Arc::new(Mutex::new(play));
        let played = Arc::clone(&play);
        let peer =
            Peer::new(move |asked| answer(asked, &played.lock().expect("no test panics with it"))).await;
        Self { peer, play }
    }

    fn told(&self, tell: impl FnOnce(&mut Play)) {
        tell(&mut self.play.lock().expect("no test panics with it"));
    }

    fn settings(&self, resolver: &str) -> ProviderSettings {
        let github = GitHubSettings { client: client(), instance: Some(self.peer.url("/")) };
        let resolver =
            ResolverSettings { name: resolver.to_owned(), allowed_domains: None, without_user: false };
        ProviderSettings {
            resolvers: Some(vec![resolver]),
            ..settings("github", ProviderKind::GitHub(github))
        }
    }

    fn provider(&self, resolver: &str) -> Provider {
        provider(&self.settings(resolver))
    }
}

fn answer(asked: &Asked, play: &Play) -> Answer {
    let is_hers = asked.header("authorization") == Some("Bearer the-access-token");
    match (&asked.method, asked.path.as_str()) {
        (&Method::POST, "/login/oauth/access_token")
            if asked.header("accept") == Some("application/json") =>
        {
            if asked.field("client_id").as_deref() != Some("portal")
                || asked.field("client_secret").as_deref() != Some(SECRET)
            {
                return Answer::json(&json!({"error": "incorrect_client_credentials"}));
            }
            play.tokens.clone()
        }
        (&Method::GET, "/api/v3/user") if is_hers => play.user.clone(),
        (&Method::GET, "/api/v3/user/emails?per_page=100") if is_hers => play.emails.clone(),
        (&Method::DELETE, "/api/v3/applications/portal/token") => Answer::new(204, ""),
        _ => Answer::new(401, r#"{"message":"Bad credentials"}"#),
    }
}

async fn sign_in(provider: &Provider) -> Result<Grant, ProviderError> {
    let scope = provider.scope("").expect("a scope");
    let exchange = CodeExchange {
        code: &Secret::new("the-code".to_owned()),
        issuer: None,
        redirect_uri: &callback(),
        pkce_verifier: &Secret::new(VERIFIER.to_owned()),
        nonce: "the-nonce",
        scope: &scope,
    };
    provider.exchange(&exchange, now()).await
}

fn refresh<'a>(stored: &'a Secret<String>, scope: &'a str) -> RefreshRequest<'a> {
    RefreshRequest { stored, subject: "583231", granted: "read:user", scope }
}

#[tokio::test]
async fn a_person_is_who_the_api_says() {
    let github = GitHub::new().await;
    let provider = github.provider("usernameMatchingUserEntityName");
    let (scope, challenge) =
        (provider.scope("").expect("a scope"), pkce_challenge(&Secret::new(VERIFIER.to_owned())));
    assert_eq!(scope, "read:user");
    let request = AuthorizeRequest {
        redirect_uri: &callback(),
        scope: &scope,
        state: "the-state",
        nonce: "the-nonce",
        pkce_challenge: &challenge,
        login_hint: Some("ada"),
    };
    let url = provider.authorize(&request, now()).await.expect("a URL");
    assert_eq!(url.path(), "/login/oauth/authorize");
    let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(of("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(of("code_challenge"), Some(challenge.clone()));
    assert_eq!((of("login").as_deref(), of("state").as_deref()), (Some("ada"), Some("the-state")));

    let grant = sign_in(&provider).await.expect("a grant");
    assert_eq!((grant.subject.as_str(), grant.scope.as_str()), ("583231", "read:user user:email"));
    assert_eq!(grant.profile.id.as_deref(), Some("MDQ6VXNlcjU4MzIzMQ=="));
    assert_eq!(grant.profile.username.as_deref(), Some("ada"));
    assert_eq!(grant.profile.counted_email(), None, "what she shows is not said to be verified");
    assert!(grant.id_token.is_none() && grant.expires_in.is_none());
    let asked = github.peer.asked();
    let token = asked.iter().find(|asked| asked.method == Method::POST).expect("asked");
    assert_eq!(token.field("code_verifier").as_deref(), Some(VERIFIER));
    assert_eq!(token.field("redirect_uri").as_deref(), Some(callback().as_str()));
    assert_eq!(github.peer.count("/api/v3/user/emails?per_page=100"), 0, "no resolver needs one");
}

#[tokio::test]
async fn the_primary_address_counts_if_it_is_verified() {
    let github = GitHub::new().await;
    let mut settings = github.settings("emailMatchingUserEntityProfileEmail");
    let provider = provider(&settings);
    assert_eq!(provider.scope("").expect("a scope"), "read:user user:email");
    let email = async |provider: &Provider| {
        let grant = sign_in(provider).await.expect("a grant");
        grant.profile.counted_email().map(str::to_owned)
    };
    assert_eq!(email(&provider).await.as_deref(), Some("ada@example.com"));
    settings.unsaid_email_counts = true;
    let lax = super::provider(&settings);
    let list = |primary, verified| {
        Answer::json(&json!([
            {"email": "other@example.com", "primary": false, "verified": true},
            {"email": "ada@example.com", "primary": primary, "verified": verified},
        ]))
    };
    for (answer, strict, accepted) in [
        (list(true, false), None, None),
        (list(false, true), None, Some("public@example.com")),
        (Answer::json(&json!([])), None, Some("public@example.com")),
        (Answer::new(404, "{}"), None, Some("public@example.com")),
        (Answer::new(403, "{}"), None, Some("public@example.com")),
    ] {
        github.told(|play| play.emails = answer.clone());
        assert_eq!(email(&provider).await.as_deref(), strict, "{answer:?}");
        assert_eq!(email(&lax).await.as_deref(), accepted, "{answer:?}");
    }
    github.told(|play| play.emails = Answer::new(200, "{}"));
    assert_eq!(kind(&sign_in(&provider).await.expect_err("no list")), "down");
}

#[tokio::test]
async fn errors_come_with_status_200() {
    let github = GitHub::new().await;
    let provider = github.provider("usernameMatchingUserEntityName");
    for (answer, why) in [
        (Answer::json(&json!({"error": "bad_verification_code", "error_description": SECRET})), "Grant"),
        (Answer::json(&json!({"error": "incorrect_client_credentials"})), "setup"),
        (Answer::json(&json!({"error": "redirect_uri_mismatch"})), "setup"),
        (Answer::json(&json!({"error": "unverified_user_email"})), "Denied"),
        (Answer::json(&json!({"error": SECRET})), "Unknown"),
        (Answer::new(200, "access_token=the-access-token&token_type=bearer"), "down"),
        (Answer::new(502, "<html>Unicorn!</html>"), "down"),
        (Answer::new(301, "").with("location", "https://evil.example/"), "setup"),
    ] {
        github.told(|play| play.tokens = answer.clone());
        assert_eq!(kind(&sign_in(&provider).await.expect_err("no tokens")), why, "{answer:?}");
    }
    github.told(|play| play.tokens = Answer::json(&tokens()));
    for (answer, why) in [
        (Answer::new(401, "{}"), "Grant"),
        (Answer::new(403, "{}"), "Unknown"),
        (Answer::new(500, "{}"), "down"),
        (Answer::json(&json!({"login": "ada"})), "down"),
        (Answer::json(&json!({"id": "583231", "node_id": "x", "login": "ada"})), "down"),
        (Answer::json(&json!({"id": 1, "node_id": "x", "login": "a\u{0}da"})), "down"),
        (Answer::new(307, "").with("location", "https://evil.example/"), "setup"),
    ] {
        github.told(|play| play.user = answer.clone());
        assert_eq!(kind(&sign_in(&provider).await.expect_err("nobody")), why, "{answer:?}");
    }
}

#[tokio::test]
async fn an_access_token_without_an_end_is_kept_and_asks_again_who_she_is() {
    let github = GitHub::new().await;
    let provider = github.provider("usernameMatchingUserEntityName");
    let stored = sign_in(&provider).await.expect("a grant").refresh_token.expect("kept");
    assert_eq!(stored.expose(), "access-token-v2.the-access-token");
    let mut renamed = user();
    renamed["login"] = json!("lovelace");
    github.told(|play| play.user = Answer::json(&renamed));
    let grant = provider.refresh(&refresh(&stored, "read:user"), now()).await.expect("a grant");
    assert_eq!(grant.profile.username.as_deref(), Some("lovelace"));
    assert_eq!(grant.refresh_token.expect("kept").expose(), stored.expose());
    assert_eq!(grant.scope, "read:user");
    assert_eq!(github.peer.count("/login/oauth/access_token"), 1);
    let wide = provider.refresh(&refresh(&stored, "read:user repo"), now()).await;
    assert_eq!(kind(&wide.expect_err("not granted")), "Scope");
    // The account of another, under the name of the first.
    let mut other = user();
    other["id"] = json!(1);
    github.told(|play| play.user = Answer::json(&other));
    let error = provider.refresh(&refresh(&stored, ""), now()).await.expect_err("another");
    assert_eq!(kind(&error), "Subject");
    github.told(|play| play.user = Answer::new(401, "{}"));
    let error = provider.refresh(&refresh(&stored, ""), now()).await.expect_err("taken back");
    assert_eq!(kind(&error), "Grant");
}

#[tokio::test]
async fn an_app_gives_refresh_tokens() {
    let github = GitHub::new().await;
    let provider = github.provider("usernameMatchingUserEntityName");
    let with = |change: Value| {
        let mut all = tokens();
        for (name, value) in change.as_object().expect("an object") {
            all[name] = value.clone();
        }
        Answer::json(&all)
    };
    let rotating = with(json!({"refresh_token": "ghr_1", "expires_in": 28_800, "scope": ""}));
    github.told(|play| play.tokens = rotating);
    let grant = sign_in(&provider).await.expect("a grant");
    assert_eq!(grant.expires_in, Some(std::time::Duration::from_hours(8)));
    let stored = grant.refresh_token.expect("one");
    assert_eq!(stored.expose(), "ghr_1");
    assert!(!provider.revoke(&stored, now()).await.expect("it has no way"));
    github.told(|play| play.tokens = with(json!({"refresh_token": "ghr_2", "expires_in": 28_800})));
    let grant = provider.refresh(&refresh(&stored, ""), now()).await.expect("a grant");
    assert_eq!(grant.refresh_token.expect("one").expose(), "ghr_2");
    let asked = github.peer.asked();
    let refreshed = asked.iter().rfind(|asked| asked.method == Method::POST).expect("asked");
    assert_eq!(refreshed.field("grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(refreshed.field("refresh_token").as_deref(), Some("ghr_1"));
    github.told(|play| play.tokens = with(json!({"expires_in": 28_800})));
    assert!(
        sign_in(&provider).await.expect("a grant").refresh_token.is_none(),
        "there is nothing to go on with"
    );
}

#[tokio::test]
async fn signing_out_ends_the_access_token() {
    let github = GitHub::new().await;
    let provider = github.provider("usernameMatchingUserEntityName");
    let stored = Secret::new("access-token-v2.the-access-token".to_owned());
    assert!(provider.revoke(&stored, now()).await.expect("told"));
    let asked = github.peer.asked();
    assert_eq!(asked[0].body, r#"{"access_token":"the-access-token"}"#);
    assert!(asked[0].header("authorization").is_some_and(|value| value.starts_with("Basic ")));
}

#[test]
fn an_instance_is_called_by_https() {
    let of = |instance: Option<&str>, in_development| {
        let instance = instance.map(|url| url.parse().expect("a URL"));
        let github = GitHubSettings { client: client(), instance };
        super::Way::new(&settings("github", ProviderKind::GitHub(github)), in_development).is_ok()
    };
    assert!(of(None, false) && of(Some("https://ghe.example.com"), false));
    assert!(!of(Some("http://ghe.example.com"), true) && !of(Some("http://127.0.0.1:1"), false));
    assert!(of(Some("http://127.0.0.1:1"), true));
}
