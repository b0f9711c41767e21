//! Signing in, as it was recorded: every request is asked again of a portal with the recordings' providers. What only this
//! run can know (states, nonces, tokens) is put in the place of what was recorded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{LOCATION, SET_COOKIE};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Told;
use super::provider::Provider;
use super::recording::{Credential, Recording};
use super::world::{Answer, World};

/// A callback of this run begins here.
const START: &str = "/api/auth/oidc/start?env=development&scope=openid%20profile%20email";
/// It ends what others need, so it comes last.
const LAST: &str = "auth/oidc-logout-ok";

/// What the recorded browser had by then.
#[derive(Default)]
struct Browser {
    cookies: Vec<(String, String)>,
    /// Alice's user token.
    token: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_means_the_same() {
    let Some(golden) = crate::reference("golden") else { return };
    let provider = Provider::start().await;
    let world = World::with_provider(&golden.join("input"), provider.port).await;
    let mut recordings = Recording::all(&golden, &["auth"]);
    recordings.sort_by_key(|recording| recording.name == LAST);
    let (mut browser, mut told) = (Browser::default(), Told::default());
    for recording in &mut recordings {
        browser.prepare(&world, &provider, recording).await;
        let answer = world.replay(recording, &recording.path, &recording.query).await;
        // The others were asked by something without cookies.
        if recording.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
            browser.keep(&answer);
        }
        told.judge(recording, &answer, problem(&world, &provider, recording, &answer));
    }
    told.assert_at_least(50);
    assert_eq!(browser.cookies, [], "signing out left some");
    let (status, _) = world.portal.get("/api/auth/v1/userinfo", &browser.token).await;
    assert_eq!(status, 401, "signing out ends the user tokens too");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_says_no_more_than_is_served() {
    let Some(golden) = crate::reference("golden") else { return };
    let provider = Provider::start().await;
    let world = World::with_provider(&golden.join("input"), provider.port).await;
    let recordings = Recording::all(&golden, &["auth"]);
    let named = |recording: &&Recording| recording.name == "auth/openid-configuration";
    let recording = recordings.iter().find(named).expect("it was recorded");
    let answer = world.replay(recording, &recording.path, &recording.query).await;
    let mut theirs = recording.answer.clone();
    // There is no authorization endpoint, and all user tokens are of ES256.
    theirs["response_types_supported"] = json!(["id_token"]);
    theirs["id_token_signing_alg_values_supported"] = json!(["ES256"]);
    theirs["token_endpoint_auth_methods_supported"] = json!([]);
    theirs["grant_types_supported"] = json!([]);
    for served in [
        "authorization_endpoint",
        "code_challenge_methods_supported",
        "registration_endpoint",
        "revocation_endpoint",
    ] {
        assert!(theirs.as_object_mut().expect("a map").remove(served).is_some(), "{served}");
    }
    let ours: Value = serde_json::from_str(&as_recorded(&world, &provider, &answer.text)).expect("JSON");
    assert_eq!(ours, theirs);
}

impl Browser {
    /// Puts what this run knows into a recorded request.
    async fn prepare(&mut self, world: &World, provider: &Provider, recording: &mut Recording) {
        let ours = world.portal.port().to_string();
        recording.query = recording.query.replace("%3A7007", &format!("%3A{ours}"));
        if let Some(rest) = recording.name.strip_prefix("auth/oidc-callback-") {
            let state = self.start(world, provider).await;
            recording.query = format!("code=code-{rest}&state={state}");
        }
        for (name, value) in &mut recording.headers {
            if name.eq_ignore_ascii_case("cookie") {
                let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
                *value = pairs.collect::<Vec<_>>().join("; ");
            } else {
                *value = value.replace(":7007", &format!(":{ours}"));
            }
        }
        if recording.credential == Credential::Header("Bearer <token>".to_owned()) {
            recording.credential = Credential::Header(format!("Bearer {}", self.token));
        }
    }

    /// Goes to the provider, and gives the state that comes back from there.
    async fn start(&mut self, world: &World, provider: &Provider) -> String {
        let sent =
            world.portal.client().get(world.portal.url(START)).send().await.expect("the portal answers");
        let answer = Answer::of(sent).await;
        self.keep(&answer);
        let to = location(&answer).expect("the provider's address");
        let parameter =
            |name: &str| to.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        provider.comes(&parameter("nonce").expect("a nonce"));
        parameter("state").expect("a state")
    }

    /// Keeps what a browser would.
    fn keep(&mut self, answer: &Answer) {
        for cookie in set_cookies(answer).iter().filter(|cookie| cookie.domain.is_none()) {
            self.cookies.retain(|(name, _)| *name != cookie.name);
            if cookie.max_age != Some(0) {
                self.cookies.push((cookie.name.clone(), cookie.value.clone()));
            }
        }
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let identity = &body["backstageIdentity"];
        if let (Some(token), Some("user:default/alice")) =
            (identity["token"].as_str(), identity["identity"]["userEntityRef"].as_str())
        {
            token.clone_into(&mut self.token);
        }
    }
}

/// Why an answer does not mean what was recorded.
fn problem(world: &World, provider: &Provider, recording: &Recording, answer: &Answer) -> Option<String> {
    let text = as_recorded(world, provider, &answer.text);
    if answer.status != recording.status {
        return Some(format!("they: {}\n  we:   {} {text}", recording.status, answer.status));
    }
    let ours = answer.headers.get("content-type").map(|value| value.to_str().expect("a header is text"));
    let theirs = recording.answer_header("content-type");
    let essence = |kind: Option<&str>| kind.map(|kind| kind.split(';').next().unwrap_or_default().to_owned());
    if theirs.is_some() && essence(theirs) != essence(ours) {
        return Some(format!("content-type\n  they: {theirs:?}\n  we:   {ours:?}"));
    }
    let found =
        went_elsewhere(recording, answer, world, provider).or_else(|| cookies_differ(recording, answer));
    if found.is_some() {
        return found;
    }
    if essence(theirs).as_deref() == Some("text/html") {
        return popup(&recording.name, answer);
    }
    let (theirs, ours) = (&recording.answer, serde_json::from_str(&text).unwrap_or(Value::Null));
    let (theirs, ours) = (meaning(theirs), meaning(&ours));
    (theirs != ours).then(|| format!("they: {theirs}\n  we:   {ours}"))
}

fn as_recorded(world: &World, provider: &Provider, text: &str) -> String {
    let mut text = text.to_owned();
    for (ours, theirs) in [(world.portal.port(), 7007), (provider.port, 7098)] {
        for colon in [":", "%3A"] {
            text = text.replace(&format!("127.0.0.1{colon}{ours}"), &format!("127.0.0.1{colon}{theirs}"));
        }
    }
    text
}

/// Tokens are not recorded, and a second may have passed.
fn meaning(value: &Value) -> Value {
    let member = |(key, value): (&String, &Value)| {
        let value = match (key.as_str(), value) {
            ("token" | "idToken", Value::String(token)) if !token.is_empty() => "<token>".into(),
            ("expiresInSeconds", Value::Number(left))
                if left.as_u64().is_some_and(|left| left.abs_diff(3600) < 30) =>
            {
                3600.into()
            }
            _ => meaning(value),
        };
        (key.clone(), value)
    };
    match value {
        Value::Object(map) => Value::Object(map.iter().map(member).collect()),
        other => other.clone(),
    }
}

fn location(answer: &Answer) -> Option<Url> {
    let to = answer.headers.get(LOCATION)?.to_str().expect("a header is text");
    Some(Url::parse(to).expect("a URL"))
}

/// Why a browser is sent elsewhere than it was: what was asked of the provider is asked as it was. PKCE comes on top where
/// it was not.
fn went_elsewhere(
    recording: &Recording,
    answer: &Answer,
    world: &World,
    provider: &Provider,
) -> Option<String> {
    let theirs = Url::parse(recording.answer_header("location")?).expect("a URL was recorded");
    let Some(ours) = location(answer) else { return Some("no location".to_owned()) };
    let ours = Url::parse(&as_recorded(world, provider, ours.as_str())).expect("a URL");
    let asks = |url: &Url| {
        let mut pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| match &*name {
                "state" | "nonce" | "code_challenge" => {
                    (name.into_owned(), format!("<{}>", !value.is_empty()))
                }
                // A set of words (RFC 6749 §3.3).
                "scope" => {
                    let mut words: Vec<&str> = value.split(' ').collect();
                    words.sort_unstable();
                    (name.into_owned(), words.join(" "))
                }
                _ => (name.into_owned(), value.into_owned()),
            })
            .collect();
        pairs.sort();
        pairs
    };
    let (their_pairs, mut our_pairs) = (asks(&theirs), asks(&ours));
    let pkce = |name: &str| matches!(name, "code_challenge" | "code_challenge_method");
    our_pairs.retain(|pair| their_pairs.contains(pair) || !pkce(&pair.0));
    let same = theirs.origin() == ours.origin() && theirs.path() == ours.path() && their_pairs == our_pairs;
    (!same).then(|| format!("location\n  they: {theirs}\n  we:   {ours}"))
}

/// One `Set-Cookie`.
#[derive(Debug)]
struct SetCookie {
    name: String,
    value: String,
    domain: Option<String>,
    max_age: Option<u64>,
    /// `Path`, and what keeps scripts and other sites away.
    rest: Vec<String>,
}

impl SetCookie {
    fn parse(text: &str) -> Self {
        let mut parts = text.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: None,
            max_age: None,
            rest: Vec::new(),
        };
        for part in parts {
            match part.split_once('=') {
                Some(("Domain", domain)) => cookie.domain = Some(domain.to_owned()),
                Some(("Max-Age", seconds)) => cookie.max_age = seconds.parse().ok(),
                Some(("Expires", _)) => {}
                _ => cookie.rest.push(part.to_owned()),
            }
        }
        cookie
    }

    /// Whether it does what the recorded one did. A sign-in may be shorter; what is cleared of the whole domain has the
    /// path that it was set with.
    fn is_as(&self, theirs: &Self) -> bool {
        let lasts = match theirs.max_age {
            Some(0) => self.max_age == Some(0),
            theirs => self.max_age.is_some_and(|ours| ours > 0) && self.max_age <= theirs,
        };
        let same =
            self.rest == theirs.rest || (theirs.domain.is_some() && self.rest[1..] == theirs.rest[1..]);
        self.name == theirs.name && self.domain == theirs.domain && lasts && same
    }
}

fn set_cookies(answer: &Answer) -> Vec<SetCookie> {
    let set = answer.headers.get_all(SET_COOKIE).iter();
    set.map(|text| SetCookie::parse(text.to_str().expect("a header is text"))).collect()
}

/// Why the browser holds other cookies than it did. There is no server session here, whose cookie was `connect.sid`; a
/// refresh token is good once, so that each refresh brings the next; and what is over is cleared whether it was there or not.
fn cookies_differ(recording: &Recording, answer: &Answer) -> Option<String> {
    let of = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("set-cookie");
    let theirs = recording.answer_headers.iter().filter(of).map(|(_, text)| SetCookie::parse(text));
    let theirs: Vec<SetCookie> = theirs.filter(|cookie| cookie.name != "connect.sid").collect();
    let ours = set_cookies(answer);
    if let Some(missing) = theirs.iter().find(|theirs| !ours.iter().any(|ours| ours.is_as(theirs))) {
        return Some(format!("cookies\n  they: {missing:?}\n  we:   {ours:?}"));
    }
    let known = |ours: &SetCookie| {
        let rotates = recording.name.contains("-refresh-") && ours.name.ends_with("-refresh-token");
        let cleared = ours.max_age == Some(0);
        rotates || cleared || theirs.iter().any(|theirs| theirs.name == ours.name)
    };
    ours.iter().find(|ours| !known(ours)).map(|more| format!("a cookie that they do not set: {more:?}"))
}

/// Why a page is not the popup's.
fn popup(name: &str, answer: &Answer) -> Option<String> {
    let header =
        |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let script = answer.text.split_once("<script>").and_then(|(_, rest)| rest.split_once("</script>"));
    let Some((script, _)) = script else { return Some(format!("no script\n  we:   {}", answer.text)) };
    let hash = format!("script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let framed = header("x-frame-options").eq_ignore_ascii_case("sameorigin");
    if !framed || !header("content-security-policy").contains(&hash) {
        return Some(format!("headers\n  we:   {:?}", answer.headers));
    }
    let texts = script.split("decodeURIComponent('").skip(1).filter_map(|rest| rest.split('\'').next());
    let texts: Vec<String> = texts
        .map(|text| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned())
        .collect();
    let message: Value = texts.first().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let told = match name {
        "auth/oidc-callback-alice" => {
            message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == "user:default/alice"
                && message["response"]["providerInfo"]["accessToken"] == "at-alice"
                && message["response"]["profile"]["email"] == "alice@example.com"
        }
        "auth/oidc-callback-nobody" => message["error"]["message"]
            .as_str()
            .is_some_and(|text| text.starts_with("Failed to sign-in, unable to resolve user identity.")),
        _ => message["error"]["message"] == "OAuth state is invalid, missing env",
    };
    (message["type"] != "authorization_response" || !told).then(|| format!("they: {name}\n  we:   {message}"))
}
