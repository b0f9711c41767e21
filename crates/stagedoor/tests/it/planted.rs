//! Cookies that another site's page, or another backend, has put beside ours; and bearers where cookies are usual.

use reqwest::header::SET_COOKIE;
use testkit::Portal;

use crate::wire::{self, Answer};
use crate::world::{self, HOST};

const GUEST: &str = "auth:\n  providers:\n    guest: { userEntityRef: user:default/ada }\n";
const GITHUB: &str = "auth:\n  environment: production\n  providers:\n    github:\n      production:\n        \
                      clientId: Iv1.0123456789abcdef\n        clientSecret: 5f2c7a9e41d3b8066c1f0e97ad25b384c6e9f170\n        \
                      signIn: { resolvers: [{ resolver: userIdMatchingUserEntityAnnotation }] }\n";
const COOKIE: &str = "/api/auth/.backstage/auth/v1/cookie";
const USER_INFO: &str = "/api/auth/v1/userinfo";
/// What the popup is told, as it stands in its script.
const NOT_OURS: &str = "OAuth%20state%20is%20invalid";
const REFUSED: &str = "did%20not%20let%20this%20sign-in%20through";

/// Ada, as a guest: her user token.
async fn ada(portal: &Portal) -> String {
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let answer = wire::post(portal.port(), "/api/auth/guest/refresh", &[], "");
    assert_eq!(answer.status, 200, "{answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    body["backstageIdentity"]["token"].as_str().expect("a token").to_owned()
}

/// Each `Set-Cookie` of an answer to a bearer.
async fn set_cookies(portal: &Portal, token: &str, path: &str) -> Vec<String> {
    let sent = portal.client().get(portal.url(path)).bearer_auth(token).send().await;
    let answer = sent.expect("the portal answers");
    assert_eq!(answer.status().as_u16(), 200);
    let values = answer.headers().get_all(SET_COOKIE).iter();
    values.map(|value| value.to_str().expect("text").to_owned()).collect()
}

fn shows(portal: &Portal, cookies: &str) -> u16 {
    wire::request(portal.port(), &format!("GET {USER_INFO}"), &[("Cookie", cookies)]).status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_token_counts_in_its_cookie_and_nothing_else_does() {
    let portal = world::company(GUEST).start().await;
    let token = ada(&portal).await;
    let set = set_cookies(&portal, &token, COOKIE).await;
    let [of_domain, ours] = &set[..] else { panic!("two: {set:?}") };
    assert!(
        of_domain.starts_with("backstage-auth=; Domain=127.0.0.1; Path=/; Expires=Thu, 01 Jan 1970"),
        "{of_domain}"
    );
    assert!(!ours.contains("Domain="), "{ours}");
    let limited = ours.split(';').next().expect("a pair").strip_prefix("backstage-auth=").expect("its name");
    assert_eq!(shows(&portal, &format!("backstage-auth={limited}")), 200);
    for other in [token.as_str(), world::TOKEN, "x", ""] {
        assert_eq!(shows(&portal, &format!("backstage-auth={other}")), 401, "{other}");
    }
    // What does not hold is passed over, wherever it stands; but not without end.
    for other in [token.as_str(), world::TOKEN, "x", "", limited] {
        assert_eq!(
            shows(&portal, &format!("backstage-auth={other}; backstage-auth={limited}")),
            200,
            "{other}"
        );
        assert_eq!(
            shows(&portal, &format!("backstage-auth={limited}; backstage-auth={other}")),
            200,
            "{other}"
        );
    }
    assert_eq!(shows(&portal, &format!("{}backstage-auth={limited}", "backstage-auth=x; ".repeat(4))), 401);
    // A bad header is not saved by a good cookie.
    let headers = [("Authorization", "Bearer x"), ("Cookie", &*format!("backstage-auth={limited}"))];
    assert_eq!(wire::request(portal.port(), &format!("GET {USER_INFO}"), &headers).status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_begins_and_ends_in_one_browser() {
    let portal = world::production(GITHUB).start().await;
    let begin = || {
        let line = "GET /api/auth/github/start?env=production";
        let answer = wire::request(portal.port(), line, &[("Host", HOST)]);
        assert_eq!(answer.status, 302, "{answer:?}");
        let state = answer.header("Location").split_once("state=").expect("a state").1.to_owned();
        let state = state.split('&').next().expect("it ends").to_owned();
        let cookie = |name: &str| {
            let set = answer.whole();
            let (_, rest) = set.rsplit_once(&format!("{name}=")).expect("it is set");
            format!("{name}={}", rest.split(';').next().expect("a pair"))
        };
        (state, cookie(" github-nonce").trim().to_owned(), cookie("__Host-github-nonce"))
    };
    let come = |state: &str, cookies: &str| -> Answer {
        let line = format!("GET /api/auth/github/handler/frame?error=access_denied&state={state}");
        wire::request(portal.port(), &line, &[("Host", HOST), ("Cookie", cookies)])
    };
    let (state, nonce, twin) = begin();
    let (others_state, others_nonce, others_twin) = begin();
    // Somebody else's sign-in, planted: its state and its nonce, in a browser that has no twin of it.
    for cookies in
        [nonce.clone(), twin.clone(), format!("{nonce}; {others_twin}"), format!("{others_nonce}; {twin}")]
    {
        let answer = come(&state, &cookies);
        assert!(answer.status == 403 || answer.body.contains(NOT_OURS), "{cookies}: {answer:?}");
    }
    let planted = format!("{others_nonce}; {nonce}; {twin}");
    assert!(!come(&others_state, &planted).body.contains(REFUSED));
    // None of these spent ours, and what was planted does not keep it from coming back.
    let answer = come(&state, &planted);
    assert!(answer.body.contains(REFUSED), "{answer:?}");
    assert!(answer.body.contains("<a href=\"/sign-in\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_ends_sessions_as_a_page_does() {
    let portal = world::company("").start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let token = portal.token("user:default/ada").await;
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let mut id = String::new();
    portal
        .until("the sign-in's record is printed", async || {
            let records = portal.audit();
            let begun = records.iter().find(|record| record["action"] == "stagedoor.sign-in");
            id = begun.and_then(|record| record["resourceRef"].as_str()).unwrap_or_default().to_owned();
            !id.is_empty()
        })
        .await;
    let end = |headers: &[(&str, &str)], body: &str| {
        wire::post(portal.port(), "/sessions/end", headers, body).status
    };
    assert_eq!(end(&headers[..1], ""), 400, "it names none");
    let foreign = [headers[0], headers[1], ("Origin", "https://evil.example")];
    assert_eq!(end(&foreign, &format!("session={id}")), 403);
    assert_eq!(end(&headers, &format!("session={id}")), 303);
    assert_eq!(
        wire::request(portal.port(), "GET /sessions", &headers[..1]).status,
        401,
        "it was the bearer's own"
    );
}
