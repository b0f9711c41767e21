//! An OpenID provider that keeps to the standard, but for what a test tells it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use config::{OidcPreset, OidcSettings, Prompt, ProviderKind, ProviderSettings, TokenEndpointAuth};
use model::{Secret, Timestamp};
use serde_json::{Value, json};
use url::Url;

use super::super::{AuthorizeRequest, CodeExchange, Grant, Provider, ProviderError, pkce_challenge};
use super::{
    Answer, Asked, Peer, SECRET, TestKey, VERIFIER, callback, client, now, provider, sent, settings,
};

/// The provider, and how a test changes it.
pub(super) struct Issuer {
    pub(super) peer: Peer,
    play: Arc<Mutex<Play>>,
}

/// Makes an ID token of a key and claims.
pub(super) type Forge = Box<dyn Fn(&TestKey, &Value) -> String + Send>;

/// What is told. Objects are laid over what would be said; `null` takes away.
pub(super) struct Play {
    origin: String,
    /// Published.
    pub(super) keys: Vec<TestKey>,
    /// Which of them signs.
    pub(super) signs: usize,
    pub(super) discovery: Value,
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) tokens: Value,
    pub(super) user_info: Value,
    /// In place of what would be answered at a path.
    pub(super) canned: HashMap<&'static str, Answer>,
    /// How many blanks end each answer at a path.
    pub(super) blanks: Option<(&'static str, usize)>,
    /// In place of the ID token.
    pub(super) id_token: Option<Forge>,
    /// The authorization request of the one code that is out.
    sent: Option<HashMap<String, String>>,
    refresh: String,
}

impl Issuer {
    pub(super) async fn new() -> Self {
        Self::with(TestKey::p256("one")).await
    }

    pub(super) async fn with(key: TestKey) -> Self {
        let play = Arc::new(Mutex::new(Play {
            origin: String::new(),
            keys: vec![key],
            signs: 0,
            discovery: json!({}),
            header: json!({}),
            claims: json!({}),
            tokens: json!({}),
            user_info: json!({}),
            canned: HashMap::new(),
            blanks: None,
            id_token: None,
            sent: None,
            refresh: "the-refresh-token-0".to_owned(),
        }));
        let played = Arc::clone(&play);
        let peer = Peer::new(move |asked| played.lock().expect("no test panics with it").answer(asked)).await;
        play.lock().expect("no test panics with it").origin = peer.origin();
        Self { peer, play }
    }

    /// Changes it.
    pub(super) fn told(&self, tell: impl FnOnce(&mut Play)) {
        tell(&mut self.play.lock().expect("no test panics with it"));
    }

    pub(super) fn oidc(&self) -> OidcSettings {
        OidcSettings {
            client: client(),
            preset: OidcPreset::None,
            metadata: self.peer.url("/"),
            prompt: Prompt::Auto,
            start_parameters: vec![],
            token_endpoint_auth: TokenEndpointAuth::Basic,
            algorithm: "ES256".to_owned(),
            timeout: Duration::from_secs(10),
            domain: None,
        }
    }

    pub(super) fn settings(&self, change: impl FnOnce(&mut OidcSettings)) -> ProviderSettings {
        let mut oidc = self.oidc();
        change(&mut oidc);
        settings("oidc", ProviderKind::Oidc(oidc))
    }

    pub(super) fn provider(&self) -> Provider {
        provider(&self.settings(|_| {}))
    }

    /// A person who is sent there, signs in, and comes back.
    pub(super) async fn sign_in(&self, provider: &Provider) -> Result<Grant, ProviderError> {
        self.sign_in_at(provider, now()).await
    }

    pub(super) async fn sign_in_at(
        &self,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Grant, ProviderError> {
        self.send(provider, now).await?;
        come_back(provider, now).await
    }

    /// As far as the provider's page, where she signs in.
    pub(super) async fn send(&self, provider: &Provider, now: Timestamp) -> Result<Url, ProviderError> {
        let (scope, challenge) = (provider.scope("")?, pkce_challenge(&Secret::new(VERIFIER.to_owned())));
        let request = AuthorizeRequest {
            redirect_uri: &callback(),
            scope: &scope,
            state: "the-state",
            nonce: "the-nonce",
            pkce_challenge: &challenge,
            login_hint: None,
        };
        let url = sent(provider.authorize(&request, now)).await?;
        self.told(|play| play.sent = Some(url.query_pairs().into_owned().collect()));
        Ok(url)
    }
}

/// With the code.
pub(super) async fn come_back(provider: &Provider, now: Timestamp) -> Result<Grant, ProviderError> {
    let scope = provider.scope("")?;
    let exchange = CodeExchange {
        code: &Secret::new("the-code".to_owned()),
        issuer: None,
        redirect_uri: &callback(),
        pkce_verifier: &Secret::new(VERIFIER.to_owned()),
        nonce: "the-nonce",
        scope: &scope,
    };
    sent(provider.exchange(&exchange, now)).await
}

impl Play {
    fn answer(&mut self, asked: &Asked) -> Answer {
        let path = asked.path.split('?').next().unwrap_or_default();
        if let Some(answer) = self.canned.get(path) {
            return answer.clone();
        }
        let blanks = self.blanks.filter(|(at, _)| *at == path).map_or(0, |(_, blanks)| blanks);
        self.usual(path, asked).padded(blanks)
    }

    fn usual(&mut self, path: &str, asked: &Asked) -> Answer {
        match path {
            "/.well-known/openid-configuration" => Answer::json(&laid(self.document(), &self.discovery)),
            "/keys" => {
                let keys: Vec<Value> = self.keys.iter().map(TestKey::jwk).collect();
                Answer::json(&json!({"keys": keys}))
            }
            "/token" => self.token(asked),
            "/me" if asked.header("authorization") == Some("Bearer the-access-token") => Answer::json(&laid(
                json!({"sub": "7", "email": "ada@example.com", "email_verified": true, "name": "Ada",
                    "preferred_username": "ada"}),
                &self.user_info,
            )),
            "/revoke" if is_client(asked) => Answer::new(200, ""),
            _ => Answer::new(404, "there is no such page"),
        }
    }

    fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        json!({"issuer": self.origin, "authorization_endpoint": at("/auth?tenant=a"), "token_endpoint": at("/token"),
            "jwks_uri": at("/keys"), "userinfo_endpoint": at("/me"), "revocation_endpoint": at("/revoke")})
    }

    fn token(&mut self, asked: &Asked) -> Answer {
        let refused = |status, code: &str| Answer::new(status, json!({"error": code}).to_string());
        if !is_client(asked) {
            return refused(401, "invalid_client");
        }
        let nonce = match asked.field("grant_type").as_deref() {
            Some("authorization_code") => {
                let Some(sent) = self.sent.take() else { return refused(400, "invalid_grant") };
                let verifier = Secret::new(asked.field("code_verifier").unwrap_or_default());
                let is_hers = asked.field("code").as_deref() == Some("the-code")
                    && asked.field("redirect_uri").as_ref() == sent.get("redirect_uri")
                    && sent.get("code_challenge") == Some(&pkce_challenge(&verifier))
                    && sent.get("code_challenge_method").is_some_and(|way| way == "S256");
                if !is_hers {
                    return refused(400, "invalid_grant");
                }
                sent.get("nonce").cloned()
            }
            Some("refresh_token") if asked.field("refresh_token").as_ref() == Some(&self.refresh) => {
                self.refresh = "the-refresh-token-1".to_owned();
                None
            }
            Some("refresh_token") => return refused(400, "invalid_grant"),
            _ => return refused(400, "unsupported_grant_type"),
        };
        let iat = now().unix_timestamp();
        let claims = json!({"iss": self.origin, "sub": "7", "aud": "portal", "iat": iat, "exp": iat + 300,
            "nonce": nonce, "email": "ada@example.com", "email_verified": true, "name": "Ada",
            "preferred_username": "ada"});
        let claims = laid(claims, &self.claims);
        let key = &self.keys[self.signs];
        let id_token = match &self.id_token {
            Some(make) => make(key, &claims),
            None => key.token(&laid(key.header(), &self.header), &claims),
        };
        let tokens = json!({"access_token": "the-access-token", "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": self.refresh, "scope": "openid profile email", "id_token": id_token});
        Answer::json(&laid(tokens, &self.tokens))
    }
}

/// Whether a request proves to come from the client, by either way.
fn is_client(asked: &Asked) -> bool {
    let pair = STANDARD.encode(format!("portal:{SECRET}"));
    let by_form = asked.field("client_id").as_deref() == Some("portal")
        && asked.field("client_secret").as_deref() == Some(SECRET);
    match asked.header("authorization") {
        Some(header) => header == format!("Basic {pair}") && asked.field("client_secret").is_none(),
        None => by_form,
    }
}

/// One object laid over another.
fn laid(mut below: Value, above: &Value) -> Value {
    let object = below.as_object_mut().expect("an object");
    for (name, value) in above.as_object().expect("an object") {
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), value.clone());
        }
    }
    below
}
