//! A double of GitHub Enterprise on loopback: its OAuth, and the two paths of its API that say who somebody is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::double::{Answer, Double, Request};

/// How the portal is known there.
const CLIENT: (&str, &str) = ("Iv1.portal", "gh-portal-s3cret-51f0");

/// A running double. Its page offers each account as a link with the login for its text.
#[derive(Debug)]
pub struct GitHub {
    double: Double,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    redirect: String,
    /// What the API says, by login.
    accounts: HashMap<String, Value>,
    codes: HashMap<String, Code>,
    /// Logins, by access token.
    tokens: HashMap<String, String>,
    given: u32,
}

/// What a code was given for.
#[derive(Debug)]
struct Code {
    login: String,
    scope: String,
    challenge: String,
}

impl GitHub {
    /// Starts one for the portal on this port, with nobody in it.
    pub fn start(portal: u16) -> Self {
        let state = Arc::new(Mutex::new(State {
            redirect: format!("http://127.0.0.1:{portal}/api/auth/github/handler/frame"),
            accounts: HashMap::new(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            given: 0,
        }));
        let kept = Arc::clone(&state);
        Self { double: Double::start(move |request| lock(&kept).answer(request)), state }
    }

    /// An account: its login, its number and node id, which are never used again, and its primary address.
    pub fn account(&self, login: &str, id: u32, email: &str, is_verified: bool) {
        let user =
            json!({ "login": login, "id": id, "node_id": format!("U_{id}"), "name": login, "email": null });
        let emails = json!([
            { "email": format!("{login}@users.noreply.example"), "primary": false, "verified": true },
            { "email": email, "primary": true, "verified": is_verified },
        ]);
        lock(&self.state).accounts.insert(login.to_owned(), json!({ "user": user, "emails": emails }));
    }

    /// How many access tokens are good at this moment.
    pub fn good_tokens(&self) -> usize {
        lock(&self.state).tokens.len()
    }

    /// An environment of `auth.providers.github`, in YAML's flow style, with this resolver.
    pub fn settings(&self, resolver: &str) -> String {
        let (id, secret) = CLIENT;
        format!(
            "{{ enterpriseInstanceUrl: '{}', clientId: {id}, clientSecret: {secret}, signIn: {{ resolvers: \
             [{{ resolver: {resolver} }}] }} }}",
            self.double.url()
        )
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        let revokes = format!("/api/v3/applications/{}/token", CLIENT.0);
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/login/oauth/authorize") => self.authorize(request),
            ("POST", "/login/oauth/access_token") => json_of(200, &self.exchange(request)),
            ("GET", "/api/v3/user") => self.of_bearer(request, "user"),
            ("GET", "/api/v3/user/emails") => self.of_bearer(request, "emails"),
            ("DELETE", path) if path == revokes => self.revoke(request),
            _ => json_of(404, &json!({ "message": "Not Found" })),
        }
    }

    /// Shows who may be chosen; whoever was chosen is sent back with a code.
    fn authorize(&mut self, request: &Request) -> Answer {
        let wrong = [
            (request.asked("client_id") != CLIENT.0, "client_id"),
            (request.asked("redirect_uri") != self.redirect, "redirect_uri"),
            (request.asked("code_challenge_method") != "S256", "code_challenge_method"),
            (request.asked("state").is_empty(), "state"),
        ];
        if let Some((_, name)) = wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
            return page(400, &format!("<p>{name} is wrong</p>"));
        }
        let login = request.asked("as");
        if !self.accounts.contains_key(&login) {
            let query = request.query.replace('&', "&amp;");
            let links = self.accounts.keys().map(|login| {
                format!("<p><a id=\"{login}\" href=\"/login/oauth/authorize?{query}&amp;as={login}\">{login}</a></p>")
            });
            return page(200, &format!("<h1>GitHub</h1>{}", links.collect::<String>()));
        }
        let code = self.fresh("code");
        let (scope, challenge) = (request.asked("scope"), request.asked("code_challenge"));
        let mut back: url::Url = self.redirect.parse().expect("it is a URL");
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &request.asked("state"));
        self.codes.insert(code, Code { login, scope, challenge });
        Answer { status: 302, head: format!("Location: {back}\r\n"), body: String::new() }
    }

    /// Errors come with status 200, as GitHub's do.
    fn exchange(&mut self, request: &Request) -> Value {
        if (&*request.filled("client_id"), &*request.filled("client_secret")) != CLIENT {
            return json!({ "error": "incorrect_client_credentials" });
        }
        // A code is good once, whatever comes of it.
        let code = self.codes.remove(&request.filled("code"));
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(request.filled("code_verifier")));
        let code =
            code.filter(|code| code.challenge == proof && request.filled("redirect_uri") == self.redirect);
        let Some(code) = code else { return json!({ "error": "bad_verification_code" }) };
        let token = self.fresh("gho");
        self.tokens.insert(token.clone(), code.login);
        json!({ "access_token": token, "token_type": "bearer", "scope": code.scope.replace(' ', ",") })
    }

    fn of_bearer(&self, request: &Request, what: &str) -> Answer {
        let token = request.header("authorization").strip_prefix("Bearer ").unwrap_or_default();
        let account = self.tokens.get(token).and_then(|login| self.accounts.get(login));
        match account {
            Some(account) => json_of(200, &account[what]),
            None => json_of(401, &json!({ "message": "Bad credentials" })),
        }
    }

    fn revoke(&mut self, request: &Request) -> Answer {
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", CLIENT.0, CLIENT.1)));
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let token = body["access_token"].as_str().unwrap_or_default();
        if request.header("authorization") != basic || self.tokens.remove(token).is_none() {
            return json_of(404, &json!({ "message": "Not Found" }));
        }
        Answer { status: 204, head: String::new(), body: String::new() }
    }

    /// A word that was not given before.
    fn fresh(&mut self, prefix: &str) -> String {
        self.given += 1;
        format!("{prefix}_{:032}", self.given)
    }
}

fn json_of(status: u16, value: &Value) -> Answer {
    Answer { status, head: "Content-Type: application/json\r\n".to_owned(), body: value.to_string() }
}

fn page(status: u16, body: &str) -> Answer {
    let body = format!("<!doctype html><html lang=\"en\"><title>GitHub</title>{body}</html>");
    Answer { status, head: "Content-Type: text/html; charset=utf-8\r\n".to_owned(), body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::client;

    const VERIFIER: &str = "a-verifier-of-our-own";

    /// A code for `octo`, as a browser brings it.
    async fn code(github: &GitHub) -> String {
        let mut url: url::Url =
            format!("{}/login/oauth/authorize", github.double.url()).parse().expect("a URL");
        url.query_pairs_mut().extend_pairs([
            ("client_id", CLIENT.0),
            ("redirect_uri", "http://127.0.0.1:9/api/auth/github/handler/frame"),
            ("code_challenge_method", "S256"),
            ("code_challenge", &URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))),
            ("scope", "read:user"),
            ("state", "s"),
            ("as", "octo"),
        ]);
        let answer = client(None).get(url).send().await.expect("it answers");
        let back = answer.headers()["location"].to_str().expect("text").parse::<url::Url>().expect("a URL");
        let code = back.query_pairs().find(|(name, _)| name == "code");
        code.expect("a code").1.into_owned()
    }

    async fn exchange(github: &GitHub, code: &str, verifier: &str, secret: &str) -> Value {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", CLIENT.0),
                ("client_secret", secret),
                ("code", code),
                ("code_verifier", verifier),
                ("redirect_uri", "http://127.0.0.1:9/api/auth/github/handler/frame"),
            ])
            .finish();
        let url = format!("{}/login/oauth/access_token", github.double.url());
        let answer = client(None).post(url).body(form).send().await.expect("it answers");
        assert_eq!(answer.status(), 200, "also for errors");
        answer.json().await.expect("JSON")
    }

    #[tokio::test]
    async fn a_code_is_good_once_for_the_client_that_proves_it_asked() {
        let github = GitHub::start(9);
        github.account("octo", 1, "octo@example.com", true);
        let bad = json!({ "error": "bad_verification_code" });
        assert_eq!(exchange(&github, "code_1", VERIFIER, CLIENT.1).await, bad);
        let stolen = code(&github).await;
        assert_eq!(exchange(&github, &stolen, "another", CLIENT.1).await, bad);
        assert_eq!(exchange(&github, &stolen, VERIFIER, CLIENT.1).await, bad, "it was tried");
        let good = code(&github).await;
        let unknown = json!({ "error": "incorrect_client_credentials" });
        assert_eq!(exchange(&github, &good, VERIFIER, "no").await, unknown);
        let answer = exchange(&github, &good, VERIFIER, CLIENT.1).await;
        assert!(answer["access_token"].is_string(), "{answer}");
        assert_eq!(exchange(&github, &good, VERIFIER, CLIENT.1).await, bad);
        assert_eq!(github.good_tokens(), 1);
    }
}
