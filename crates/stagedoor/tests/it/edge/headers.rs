//! What every answer carries.

use super::bearer;
use crate::wire::{self, Answer};
use crate::world;

fn is_dressed(answer: &Answer, what: &str) {
    let expected = [
        ("Referrer-Policy", "no-referrer"),
        ("Strict-Transport-Security", "max-age=15552000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-DNS-Prefetch-Control", "off"),
        ("X-Download-Options", "noopen"),
        ("X-Frame-Options", "DENY"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
        ("X-XSS-Protection", "0"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{name} of {what}");
    }
    let policy = answer.header("Content-Security-Policy");
    assert!(
        policy.contains("default-src") && policy.contains("object-src 'none'")
            || policy.contains("default-src 'none'"),
        "{what}: {policy}"
    );
    assert!(policy.contains("frame-ancestors"), "{what}: {policy}");
    assert!(
        !policy.contains("unsafe-inline")
            || answer.header("Content-Type").contains("json")
            || answer.body.is_empty(),
        "{what}: {policy}"
    );
    assert_eq!(answer.header("X-Request-Id").len(), 16, "{what}");
    assert_eq!(answer.header("Server") + &answer.header("X-Powered-By"), "", "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_headers_are_on_every_answer() {
    let limits = "stagedoor:\n  edge:\n    limits: { bodyBytes: 2048 }\n    rateLimits: { auth: { requests: 2, window: 1h } }\n";
    let portal = world::company(limits).start().await;
    let (name, value) = bearer();
    let credential = [(name, value.as_str())];
    let get =
        |path: &str, headers: &[(&str, &str)]| wire::request(portal.port(), &format!("GET {path}"), headers);
    let big = "x".repeat(3_000);
    let json = [(name, value.as_str()), ("Content-Type", "application/json")];
    let answers = [
        (200, get("/api/catalog/entities", &credential)),
        (200, get("/.backstage/health/v1/readiness", &[])),
        (401, get("/api/catalog/entities", &[])),
        (404, get("/api/nowhere", &credential)),
        (400, get("/api/catalog/entities?filter", &credential)),
        (400, get("/api/../x", &[])),
        (421, get("/", &[("Host", "evil.example")])),
        (405, wire::request(portal.port(), "TRACE /", &[])),
        (413, wire::post(portal.port(), "/api/catalog/entities/by-refs", &json, &big)),
        (200, get("/catalog", &credential)),
        (200, get(&stylesheet(portal.port()), &[])),
        (404, get("/assets/nothing", &[])),
        (401, get("/", &[])),
        (404, get("/nowhere", &credential)),
        (404, get("/catalog/default/user/nobody", &credential)),
        (200, get("/sign-in", &[])),
        (401, get("/sign-in/link?token=x", &[])),
        (429, get("/sign-in", &[])),
    ];
    for (at, (status, answer)) in answers.iter().enumerate() {
        assert_eq!(answer.status, *status, "answer {at}: {answer:?}");
        is_dressed(answer, &format!("answer {at} ({status})"));
        if at != 10 {
            assert_eq!(answer.header("Cache-Control"), "no-store", "answer {at}");
        }
    }
    for at in [9, 10, 11, 12, 13, 14, 15, 16] {
        let policy = answers[at].1.header("Content-Security-Policy");
        assert!(!policy.contains("unsafe"), "answer {at}: {policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_get_without_a_body() {
    let portal = world::company("").start().await;
    let (name, value) = bearer();
    for path in [
        "/api/catalog/entities",
        "/catalog",
        "/api/nowhere",
        &stylesheet(portal.port()),
        "/.backstage/health/v1/liveness",
    ] {
        let get = wire::request(portal.port(), &format!("GET {path}"), &[(name, &value)]);
        let head = wire::request(portal.port(), &format!("HEAD {path}"), &[(name, &value)]);
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.header("Content-Type"), get.header("Content-Type"), "{path}");
        assert_eq!(head.body, "", "{path}");
    }
    let stranger = wire::request(portal.port(), "HEAD /api/catalog/entities", &[]);
    assert_eq!((stranger.status, stranger.body.as_str()), (401, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_has_the_reference_s_shape_and_a_page_is_html() {
    let portal = world::company("").start().await;
    let (name, value) = bearer();
    let refused = wire::request(portal.port(), "GET /api/catalog/entities?filter=kind=x", &[]);
    let body: serde_json::Value = serde_json::from_str(&refused.body).expect("the answer is JSON");
    assert_eq!(refused.header("Content-Type"), "application/json; charset=utf-8");
    assert_eq!(body["error"]["name"], "AuthenticationError");
    assert_eq!(body["request"]["method"], "GET");
    assert_eq!(body["request"]["url"], "/entities?filter=kind=x");
    assert_eq!(body["response"]["statusCode"], 401);
    let unknown = wire::request(portal.port(), "GET /api/nowhere/x", &[(name, &value)]);
    assert_eq!((unknown.status, unknown.body.as_str()), (404, ""));
    let page = wire::request(portal.port(), "GET /nowhere", &[]);
    assert!(page.header("Content-Type").starts_with("text/html"), "{page:?}");
    // A signed-in reader stays signed in on a page that fails: the bar is there.
    let page = wire::request(portal.port(), "GET /nowhere", &[(name, &value)]);
    assert_eq!(page.status, 404);
    assert!(page.body.contains("action=\"/sign-out\""), "{page:?}");
}

/// Where the pages' style sheet is; its name changes with its text.
fn stylesheet(port: u16) -> String {
    let page = wire::request(port, "GET /nowhere", &[]).body;
    let path = page.split('"').find(|text| text.starts_with("/assets/") && text.contains(".css"));
    path.expect("the page has a style sheet").to_owned()
}
