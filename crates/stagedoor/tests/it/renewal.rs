//! Sign-ins that go on: what may be lost or repeated on the way, and what ends them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use testkit::Portal;
use url::{Url, form_urlencoded};

use crate::golden::provider::Provider;
use crate::world;

/// Signs people in.
const SIGN_IN: &str = "development";
/// Gives access tokens only.
const ACCESS: &str = "access";

struct World {
    portal: Portal,
    provider: Provider,
}

/// A browser's cookies.
#[derive(Clone, Default)]
struct Browser(Vec<(String, String)>);

/// An answer, and whether it says something of cookies.
#[derive(Debug)]
struct Answer {
    status: u16,
    sets_cookies: bool,
    body: Value,
}

impl World {
    async fn new() -> Self {
        let provider = Provider::start().await;
        let oidc = |sign_in: &str| {
            format!(
                "{{ metadataUrl: 'http://127.0.0.1:{}', clientId: oidc-client, clientSecret: oidc-secret, \
                 tokenSignedResponseAlg: ES256{sign_in} }}",
                provider.port
            )
        };
        let by_email = ", signIn: { resolvers: [{ resolver: emailLocalPartMatchingUserEntityName }] }";
        let config = format!(
            "auth:\n  environment: {SIGN_IN}\n  providers:\n    guest: {{ userEntityRef: 'user:default/bob' }}\n    \
             oidc:\n      {SIGN_IN}: {}\n      {ACCESS}: {}\n",
            oidc(by_email),
            oidc("")
        );
        let portal = world::company(&config).start().await;
        portal.holds(world::TOKEN, world::ENTITIES).await;
        Self { portal, provider }
    }

    async fn send(&self, request: RequestBuilder, browser: &mut Browser) -> Response {
        let pairs: Vec<String> = browser.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, pairs.join("; ")).send().await.expect("the portal answers");
        for set in answer.headers().get_all(SET_COOKIE) {
            let set = set.to_str().expect("text");
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a pair");
            if !set.contains("Domain=") {
                browser.0.retain(|(known, _)| known != name);
            }
            if !value.is_empty() {
                browser.0.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// Goes to the provider, and gives the state that it comes back with.
    async fn start(&self, browser: &mut Browser, env: &str) -> String {
        let path = format!("/api/auth/oidc/start?env={env}&scope=openid%20offline_access");
        let answer = self.send(self.portal.client().get(self.portal.url(&path)), browser).await;
        let to = answer.headers().get(LOCATION).expect("the provider's address").to_str().expect("text");
        let to = Url::parse(to).expect("a URL");
        let parameter = |name: &str| {
            to.query_pairs().find_map(|(key, value)| (key == name).then(|| value.into_owned())).expect(name)
        };
        self.provider.comes(&parameter("nonce"));
        parameter("state")
    }

    /// Comes back from it; what the popup tells.
    async fn come_back(&self, browser: &mut Browser, code: &str, state: &str) -> Value {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", code)
            .append_pair("state", state)
            .finish();
        let url = self.portal.url(&format!("/api/auth/oidc/handler/frame?{query}"));
        let answer = self.send(self.portal.client().get(url), browser).await;
        let page = answer.text().await.expect("a page");
        let (_, rest) = page.split_once("decodeURIComponent('").unwrap_or_else(|| panic!("a popup: {page}"));
        let message = rest.split('\'').next().expect("its end");
        let decoded =
            form_urlencoded::parse(format!("x={message}").as_bytes()).next().expect("one").1.into_owned();
        serde_json::from_str(&decoded).expect("JSON")
    }

    /// Ada, signed in.
    async fn signed_in(&self, env: &str) -> Browser {
        let mut browser = Browser::default();
        let state = self.start(&mut browser, env).await;
        let told = self.come_back(&mut browser, "code-ada", &state).await;
        assert_eq!(told["response"]["profile"]["displayName"], "ada", "{told}");
        assert_eq!(told["response"]["backstageIdentity"].is_object(), env == SIGN_IN, "{told}");
        browser
    }

    async fn ask(&self, browser: &mut Browser, path: &str) -> Answer {
        let (client, url) = (self.portal.client(), self.portal.url(path));
        let request = if path.contains("/logout") { client.post(url) } else { client.get(url) };
        let answer = self.send(request.header("x-requested-with", "XMLHttpRequest"), browser).await;
        let (status, sets_cookies) = (answer.status().as_u16(), answer.headers().contains_key(SET_COOKIE));
        Answer { status, sets_cookies, body: answer.json().await.unwrap_or_default() }
    }

    async fn refresh(&self, browser: &mut Browser, env: &str, scope: &str) -> Answer {
        self.ask(browser, &format!("/api/auth/oidc/refresh?env={env}&scope={scope}")).await
    }

    /// Waits until there are as many records of an action with this outcome and reason; there must not be more.
    async fn recorded(&self, action: &str, outcome: &str, reason: &str, times: usize) {
        let count = || {
            let is_one = |record: &&Value| {
                record["action"] == action
                    && record["outcome"] == outcome
                    && (reason.is_empty() || record["meta"]["reason"].to_string().contains(reason))
            };
            self.portal.audit().iter().filter(is_one).count()
        };
        self.portal.until(&format!("{action} {outcome} {reason}"), async || count() >= times).await;
        assert_eq!(count(), times, "{action} {outcome} {reason}");
    }
}

impl Browser {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_more_ends_nothing() {
    let world = World::new().await;
    let mut browser = world.signed_in(SIGN_IN).await;
    // The provider's answer has no `offline_access`, but it was asked for.
    let asked = world.refresh(&mut browser, SIGN_IN, "openid%20offline_access").await;
    assert_eq!((asked.status, asked.sets_cookies), (200, true), "{asked:?}");
    assert_eq!(asked.body["providerInfo"]["scope"], "openid profile email offline_access", "{asked:?}");
    let more = world.refresh(&mut browser, SIGN_IN, "repo").await;
    assert_eq!((more.status, more.sets_cookies), (401, false), "{more:?}");
    let again = world.refresh(&mut browser, SIGN_IN, "").await;
    assert_eq!((again.status, again.sets_cookies), (200, true), "{again:?}");
    world.recorded("stagedoor.token-refresh", "denied", "scopeNotGranted", 1).await;
    world.recorded("stagedoor.token-refresh", "denied", "", 1).await;
    world.recorded("stagedoor.sign-in", "denied", "", 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_loaded_twice_is_answered_twice() {
    let world = World::new().await;
    let mut browser = world.signed_in(SIGN_IN).await;
    let mut second = browser.clone();
    let first = world.refresh(&mut browser, SIGN_IN, "").await;
    assert_eq!((first.status, first.sets_cookies), (200, true), "{first:?}");
    let answer = world.refresh(&mut second, SIGN_IN, "").await;
    assert_eq!((answer.status, answer.sets_cookies), (200, false), "{answer:?}");
    assert_eq!(answer.body["profile"], first.body["profile"], "it shows the same person");
    assert_eq!(answer.body["providerInfo"]["accessToken"], first.body["providerInfo"]["accessToken"]);
    let next = world.refresh(&mut browser, SIGN_IN, "").await;
    assert_eq!((next.status, next.sets_cookies), (200, true), "{next:?}");
    let out = world.ask(&mut browser, &format!("/api/auth/oidc/logout?env={SIGN_IN}")).await;
    assert_eq!((out.status, &out.body), (200, &Value::Null), "it leads nowhere");
    assert!(!browser.has("oidc-refresh-token"));
    assert_eq!(world.refresh(&mut second, SIGN_IN, "").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_without_a_sign_in_is_good_once_and_on_record() {
    let world = World::new().await;
    let mut browser = world.signed_in(ACCESS).await;
    let mut thief = browser.clone();
    let more = world.refresh(&mut browser, ACCESS, "repo").await;
    assert_eq!((more.status, more.sets_cookies), (401, false), "{more:?}");
    let first = world.refresh(&mut browser, ACCESS, "offline_access").await;
    assert_eq!((first.status, first.sets_cookies), (200, true), "{first:?}");
    assert_eq!(first.body["providerInfo"]["accessToken"], "at-ada", "{first:?}");
    let second = world.refresh(&mut browser, ACCESS, "").await;
    assert_eq!(second.status, 200, "{second:?}");
    assert_eq!(world.refresh(&mut thief, ACCESS, "").await.status, 401, "it was used");
    assert!(!thief.has("oidc-refresh-token"), "it is taken away");
    assert_eq!(world.refresh(&mut browser, ACCESS, "").await.status, 401, "two had it: neither keeps it");

    let mut other = world.signed_in(ACCESS).await;
    let mut copy = other.clone();
    assert_eq!(world.refresh(&mut copy, ACCESS, "").await.status, 200);
    assert_eq!(world.ask(&mut other, &format!("/api/auth/oidc/logout?env={ACCESS}")).await.status, 200);
    assert_eq!(world.refresh(&mut copy, ACCESS, "").await.status, 401, "signing out ends all of it");
    // Each renewal is on record before it is tried.
    for (what, times) in [("handedOut", 2), ("renewed", 4), ("reused", 1), ("ended", 1)] {
        world.recorded("stagedoor.provider-access", "allowed", what, times).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_code_spends_no_state() {
    let world = World::new().await;
    let mut browser = Browser::default();
    let state = world.start(&mut browser, SIGN_IN).await;
    let mut kept = browser.clone();
    for junk in ["", "a\nb", "\u{e4}", &"x".repeat(4097)] {
        let told = world.come_back(&mut browser.clone(), junk, &state).await;
        assert_eq!(told["error"]["name"], "AuthenticationError", "{junk:?}: {told}");
    }
    let told = world.come_back(&mut browser, "code-ada", &state).await;
    assert!(told["response"]["backstageIdentity"].is_object(), "{told}");
    let told = world.come_back(&mut kept, "code-ada", &state).await;
    assert_eq!(told["error"]["name"], "NotAllowedError", "now it is spent: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_without_a_cookie_goes_on_with_one_sign_in() {
    let world = World::new().await;
    let sign_in = async |agent: &str| {
        let request = world.portal.client().get(world.portal.url("/api/auth/guest/refresh"));
        let answer = request.header("user-agent", agent).send().await.expect("the portal answers");
        let body: Value = answer.json().await.expect("JSON");
        let token = body["backstageIdentity"]["token"].as_str().expect("a token").to_owned();
        let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims: Value = serde_json::from_slice(&claims.expect("claims")).expect("JSON");
        claims["sid"].as_str().expect("a name").to_owned()
    };
    let first = sign_in("Firefox").await;
    assert_eq!(sign_in("Firefox").await, first);
    assert_ne!(sign_in("Chrome").await, first, "another device");
    world.recorded("stagedoor.sign-in", "allowed", "", 2).await;
    world.recorded("stagedoor.token-refresh", "allowed", "", 1).await;

    let request = world.portal.client().get(world.portal.url("/api/auth/guest/refresh"));
    let answer = request.header("sec-fetch-site", "cross-site").send().await.expect("the portal answers");
    assert_eq!(answer.status().as_u16(), 403, "an image on a page of another site");
}
