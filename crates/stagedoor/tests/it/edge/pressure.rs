//! Too many requests, and too many at once.

use std::io::Write as _;

use super::bearer;
use crate::wire;
use crate::world::{self, HOST};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_a_budget_and_its_neighbour_another() {
    let edge = "stagedoor:\n  edge:\n    trustedProxies: [127.0.0.1]\n    rateLimits:\n      general: { requests: 20, \
                window: 1h }\n      auth: { requests: 3, window: 1h }\n";
    let portal = world::production(edge).start().await;
    let ask = |line: &str, client: &str| {
        wire::request(portal.port(), line, &[("Host", HOST), ("X-Forwarded-For", client)])
    };
    for at in 0..25 {
        let status = ask("GET /api/catalog/entities", "192.0.2.1").status;
        assert_eq!(status, if at < 20 { 401 } else { 429 }, "request {at}");
    }
    let refused = ask("GET /api/catalog/entities", "192.0.2.1");
    let wait: u32 = refused.header("Retry-After").parse().expect("it says how long to wait");
    assert!((1..=3600).contains(&wait), "{wait}");
    let body: serde_json::Value = serde_json::from_str(&refused.body).expect("the answer is JSON");
    assert_eq!(body["error"]["name"], "Error");
    assert_eq!(body["error"]["message"], "Too many requests, please try again later");
    assert_eq!(body["response"]["statusCode"], 429);
    assert_eq!(ask("GET /api/catalog/entities", "192.0.2.2").status, 401);
    // A customer of IPv6 holds a whole network, and one budget.
    for at in 0..21 {
        let status = ask("GET /", &format!("2001:db8::{at:x}")).status;
        assert_eq!(status, if at < 20 { 401 } else { 429 }, "request {at}");
    }
    // Where sign-ins begin the budget is smaller, in every spelling, and for all such paths as one.
    let doors = [
        "/api/auth/github/start",
        "/API/Auth/x/Handler/frame",
        "/sign-in",
        "/sign-in/link?token=x",
        "/api/%61uth/x/start/",
    ];
    for (at, path) in doors.iter().enumerate() {
        let status = ask(&format!("GET {path}"), "192.0.2.3").status;
        assert_eq!(status == 429, at >= 3, "{path}: {status}");
    }
    assert_eq!(ask("GET /api/catalog/entities", "192.0.2.3").status, 401);
    assert_eq!(ask("GET /api/authority", "192.0.2.3").status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_credentials_that_are_refused_count_where_tokens_are_shown() {
    let edge = "stagedoor:\n  edge:\n    trustedProxies: [127.0.0.1]\n    rateLimits: { auth: { requests: 3, window: 1h } }\n";
    let portal = world::production(edge).start().await;
    let ask = |path: &str, token: &str, client: &str| {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Host", HOST), ("X-Forwarded-For", client)];
        headers.extend((!token.is_empty()).then_some(("Authorization", bearer.as_str())));
        wire::request(portal.port(), &format!("GET {path}"), &headers).status
    };
    // What other backends and whole offices ask for, from one address.
    for _ in 0..5 {
        assert_eq!(ask("/api/auth/.well-known/jwks.json", "", "192.0.2.1"), 200);
        assert_eq!(ask("/api/auth/v1/userinfo", world::TOKEN, "192.0.2.1"), 400, "it is a program's");
        assert_eq!(ask("/api/auth/v1/userinfo", "", "192.0.2.1"), 401, "nothing was tried");
    }
    for at in 0..5 {
        let status = ask("/api/auth/v1/userinfo", "not-a-token", "192.0.2.1");
        assert_eq!(status, if at < 3 { 401 } else { 429 }, "guess {at}");
    }
    assert_eq!(ask("/sign-in", "", "192.0.2.1"), 429, "it is one budget");
    assert_eq!(ask("/api/auth/v1/userinfo", world::TOKEN, "192.0.2.1"), 400, "what is good goes on");
    assert_eq!(ask("/api/auth/v1/userinfo", "not-a-token", "192.0.2.2"), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_says_so_and_stays_healthy() {
    let edge = "stagedoor:\n  edge:\n    limits: { concurrency: 1, queue: 1, queueTimeout: 100ms, requestTimeout: 20s }\n";
    let portal = world::company(edge).start().await;
    let (name, value) = bearer();
    let mut slow = wire::connect(portal.port());
    let head = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: 127.0.0.1\r\n{name}: {value}\r\nContent-Type: \
         application/json\r\nConnection: close\r\nContent-Length: 17\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).expect("it is taken");
    portal
        .until("the one place is taken", async || {
            wire::request(portal.port(), "GET /api/catalog/entities", &[(name, &value)]).status == 503
        })
        .await;
    let shed = wire::request(portal.port(), "GET /api/catalog/entities", &[(name, &value)]);
    assert_eq!((shed.status, shed.header("Retry-After").as_str()), (503, "1"));
    let body: serde_json::Value = serde_json::from_str(&shed.body).expect("the answer is JSON");
    assert_eq!(body["error"]["name"], "ServiceUnavailableError");
    let page = wire::request(portal.port(), "GET /catalog", &[]);
    assert_eq!((page.status, page.header("Retry-After").as_str()), (503, "1"));
    for probe in ["liveness", "readiness"] {
        let line = format!("GET /.backstage/health/v1/{probe}");
        assert_eq!(wire::request(portal.port(), &line, &[]).status, 200, "{probe}");
    }
    slow.write_all(b"\"entityRefs\":[]}").expect("it is taken");
    assert_eq!(wire::answer(&mut slow).expect("an answer").status, 200);
    assert_eq!(wire::request(portal.port(), "GET /api/catalog/entities", &[(name, &value)]).status, 200);
}
