//! A double of the identity provider that the recordings were made against: it knows Alice, and somebody whom the catalog
//! does not know.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use testkit::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::form_urlencoded;

/// A running provider.
pub(crate) struct Provider {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    port: u16,
    key: EcdsaKeyPair,
    /// What the next ID token repeats.
    nonce: Mutex<String>,
}

impl Provider {
    /// Starts one on a loopback port; it lives as long as the test.
    #[expect(clippy::disallowed_methods, reason = "a test's peer, not the server")]
    pub(crate) async fn start() -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a loopback port");
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let shared = Arc::new(Shared { port, key, nonce: Mutex::default() });
        let provider = Self { port, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move { shared.serve(stream).await });
            }
        });
        provider
    }

    /// A browser came with this nonce, and will be sent back.
    pub(crate) fn comes(&self, nonce: &str) {
        nonce.clone_into(&mut self.shared.nonce.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Shared {
    async fn serve(&self, mut stream: TcpStream) {
        let Some((path, bearer, body)) = request(&mut stream).await else { return };
        let answer = self.answer(&path, &bearer, &body);
        let (status, text) = match answer {
            Some(json) => ("200 OK", json.to_string()),
            None => ("400 Bad Request", json!({"error": "invalid_grant"}).to_string()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            text.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(text.as_bytes()).await;
    }

    fn answer(&self, path: &str, bearer: &str, body: &str) -> Option<Value> {
        let issuer = format!("http://127.0.0.1:{}", self.port);
        let at = |path: &str| format!("{issuer}{path}");
        Some(match path {
            "/.well-known/openid-configuration" => json!({
                "issuer": issuer,
                "authorization_endpoint": at("/auth"),
                "token_endpoint": at("/token"),
                "userinfo_endpoint": at("/me"),
                "jwks_uri": at("/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
            }),
            "/jwks" => {
                // A point that is not compressed: a byte that says so, and the coordinates.
                let (x, y) = self.key.public_key().as_ref().get(1..)?.split_at(32);
                let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
                json!({"keys": [{"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "p1", "alg": "ES256"}]})
            }
            "/token" => {
                let form: Vec<(String, String)> =
                    form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                let field =
                    |name: &str| form.iter().find_map(|(key, value)| (key == name).then_some(value.as_str()));
                let (name, nonce) = match field("grant_type")? {
                    "authorization_code" => (field("code")?.strip_prefix("code-")?, true),
                    "refresh_token" => (field("refresh_token")?.strip_prefix("rt-")?, false),
                    _ => return None,
                };
                self.tokens(&issuer, name, nonce)
            }
            "/me" => person(&issuer, bearer.strip_prefix("at-")?),
            _ => return None,
        })
    }

    fn tokens(&self, issuer: &str, name: &str, with_nonce: bool) -> Value {
        let mut claims = person(issuer, name);
        let now = now();
        claims["iss"] = issuer.into();
        claims["aud"] = "oidc-client".into();
        claims["iat"] = now.into();
        claims["exp"] = (now + 3600).into();
        if with_nonce {
            claims["nonce"] = self.nonce.lock().unwrap_or_else(PoisonError::into_inner).as_str().into();
        }
        json!({
            "access_token": format!("at-{name}"),
            "id_token": self.signed(&claims),
            "refresh_token": format!("rt-{name}"),
            "token_type": "Bearer",
            "scope": "openid profile email",
            "expires_in": 3600,
        })
    }
}

impl Shared {
    fn signed(&self, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "ES256", "kid": "p1"});
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).expect("signed");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn person(issuer: &str, name: &str) -> Value {
    json!({
        "sub": name,
        "name": name,
        "email": format!("{name}@example.com"),
        "email_verified": true,
        "picture": format!("{issuer}/p.png"),
    })
}

#[expect(clippy::disallowed_methods, reason = "a test's peer has its own clock")]
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("it is later than 1970").as_secs()
}

/// Path, bearer token and body of a request.
async fn request(stream: &mut TcpStream) -> Option<(String, String, String)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
            let header = |wanted: &str| {
                let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
                pairs
                    .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                    .map(|(_, value)| value.trim().to_owned())
            };
            let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
            if let Some(body) = bytes.get(end + 4..end + 4 + length) {
                let path = head.split(' ').nth(1)?.split('?').next()?.to_owned();
                let bearer = header("authorization").unwrap_or_default();
                let bearer = bearer.strip_prefix("Bearer ").unwrap_or_default().to_owned();
                return Some((path, bearer, String::from_utf8_lossy(body).into_owned()));
            }
        }
        match stream.read(&mut piece).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(piece.get(..read)?),
            _ => return None,
        }
    }
}
