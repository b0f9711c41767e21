//! Which hosts are ours, and which other origins' pages may read answers.

use super::bearer;
use crate::wire;
use crate::world::{self, HOST};

#[tokio::test(flavor = "multi_thread")]
async fn production_answers_its_own_host_and_probes_at_any() {
    let portal = world::production("").start().await;
    let (name, value) = bearer();
    let status = |path: &str, host: &str| {
        wire::request(portal.port(), &format!("GET {path}"), &[("Host", host), (name, &value)]).status
    };
    for ours in [HOST, "PORTAL.example.com", "portal.example.com:443"] {
        assert_eq!(status("/api/catalog/entities", ours), 200, "{ours}");
    }
    let port = portal.port();
    let local = format!("127.0.0.1:{port}");
    for other in [
        local.as_str(),
        "localhost",
        "evil.example",
        "portal.example.com.evil.example",
        "portal.example.com:80",
        "portal.example.com.",
    ] {
        for path in ["/api/catalog/entities", "/", "/sign-in", "/assets/app.css"] {
            assert_eq!(status(path, other), 421, "{path} of {other}");
        }
        assert_eq!(status("/.backstage/health/v1/liveness", other), 200, "{other}");
        assert_eq!(status("/.backstage/health/v1/readiness", other), 200, "{other}");
    }
    // X-Forwarded-Host is nobody's word.
    let headers = [("Host", "evil.example"), ("X-Forwarded-Host", HOST), (name, value.as_str())];
    assert_eq!(wire::request(port, "GET /api/catalog/entities", &headers).status, 421);
    // There is no link into production.
    assert!(!portal.lines().iter().any(|line| line.contains("token=")), "{:?}", portal.lines());
}

#[tokio::test(flavor = "multi_thread")]
async fn development_answers_this_machine_alone() {
    let portal = world::company("").start().await;
    let (name, value) = bearer();
    let ask = |headers: &[(&str, &str)]| {
        let mut all = vec![(name, value.as_str())];
        all.extend_from_slice(headers);
        wire::request(portal.port(), "GET /api/catalog/entities", &all).status
    };
    for host in ["localhost", "localhost:1", "127.0.0.1", "127.9.9.9:7", "[::1]"] {
        assert_eq!(ask(&[("Host", host)]), 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "192.168.1.4",
        "[::]",
        "2130706433",
    ] {
        assert_eq!(ask(&[("Host", host)]), 421, "{host}");
    }
    for header in [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "CF-Connecting-IP",
    ] {
        assert_eq!(ask(&[(header, "localhost")]), 421, "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cors_lets_named_origins_read_and_nobody_else() {
    let cors = "  cors:\n    origin: ['https://*.friends.example', 'https://app.example.com']\n    methods: [GET, POST]\n    credentials: true\n";
    let config = world::CONFIG.replace("catalog:\n", &format!("{cors}catalog:\n"));
    let portal =
        testkit::Setup::new(crate::BINARY).config(&config).file("catalog.yaml", world::CATALOG).start().await;
    let (name, value) = bearer();
    let preflight = |origin: &str, path: &str| {
        let headers = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization"),
        ];
        wire::request(portal.port(), &format!("OPTIONS {path}"), &headers)
    };
    for origin in ["https://app.example.com", "https://a.friends.example"] {
        let allowed = preflight(origin, "/api/catalog/entities");
        assert_eq!(allowed.status, 204);
        assert_eq!(allowed.header("Access-Control-Allow-Origin"), origin);
        assert_eq!(allowed.header("Access-Control-Allow-Methods"), "GET,POST");
        assert_eq!(allowed.header("Access-Control-Allow-Headers"), "authorization");
        assert!(allowed.header("Vary").contains("Origin"));
        let read =
            wire::request(portal.port(), "GET /api/catalog/entities", &[("Origin", origin), (name, &value)]);
        assert_eq!(read.header("Access-Control-Allow-Origin"), origin);
        assert_eq!(read.header("Access-Control-Allow-Credentials"), "true");
    }
    for origin in [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com.evil.example",
        "https://friends.example",
        "null",
    ] {
        let denied = preflight(origin, "/api/catalog/entities");
        assert_eq!(denied.header("Access-Control-Allow-Origin"), "", "{origin}");
        let read =
            wire::request(portal.port(), "GET /api/catalog/entities", &[("Origin", origin), (name, &value)]);
        assert_eq!((read.status, read.header("Access-Control-Allow-Origin").as_str()), (200, ""), "{origin}");
    }
    // Not a preflight: a request like any other. Nor are pages for other origins.
    let plain = wire::request(
        portal.port(),
        "OPTIONS /api/catalog/entities",
        &[("Origin", "https://app.example.com")],
    );
    assert_eq!(plain.status, 401);
    let page = preflight("https://app.example.com", "/sign-in/link");
    assert_eq!((page.status, page.header("Access-Control-Allow-Origin").as_str()), (401, ""));
    // A preflight past the edge's own rules there is none.
    assert_eq!(preflight("https://app.example.com", "/api/../x").status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_cors_there_are_no_preflights() {
    let portal = world::company("").start().await;
    let headers = [("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "GET")];
    let answer = wire::request(portal.port(), "OPTIONS /api/catalog/entities", &headers);
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin").as_str()), (401, ""));
}
