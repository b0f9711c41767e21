//! Metrics: counts, on a listener of their own, for those who may ask.

use testkit::free_port;

use crate::{wire, world};

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_counts_without_names_on_a_listener_of_their_own() {
    let port = free_port();
    let portal =
        world::company(&format!("stagedoor:\n  metrics: {{ listen: '127.0.0.1:{port}' }}\n")).start().await;
    portal.holds(world::TOKEN, world::ENTITIES).await;
    let ada = portal.token("ada").await;
    for path in [
        "/api/catalog/entities/by-name/component/default/shop",
        "/api/very-special-path",
        "/catalog?q=very-special",
    ] {
        portal.get(path, &ada).await;
    }
    wire::request(portal.port(), "SPECIALMETHOD /", &[]);
    let answer = wire::request(port, "GET /metrics", &[]);
    assert_eq!(answer.status, 200);
    assert!(answer.header("Content-Type").starts_with("application/openmetrics-text"), "{answer:?}");
    for series in [
        "stagedoor_http_requests_total{route=\"/api/catalog/entities/by-name/{kind}/{namespace}/{name}\",method=\"GET\",status=\"200\"} 1",
        "stagedoor_edge_refused_total{reason=\"method\"} 1",
        "stagedoor_catalog_entities 5",
        "stagedoor_audit_failures_total 0",
    ] {
        assert!(answer.body.contains(series), "{series}\n{}", answer.body);
    }
    assert!(answer.body.trim_end().ends_with("# EOF"), "{}", answer.body);
    let link = portal.link();
    for name in [
        "ada",
        "shop",
        "special",
        "SPECIAL",
        "127.0.0.1",
        world::TOKEN,
        &ada,
        link.split_once('=').expect("a token").1,
    ] {
        assert!(!answer.body.contains(name), "{name}\n{}", answer.body);
    }
    for other in ["GET /", "POST /metrics", "GET /metrics/x", "GET /api/catalog/entities"] {
        assert_eq!(wire::request(port, other, &[]).status, 404, "{other}");
    }
    // A page that gave its own name this address.
    assert_eq!(wire::request(port, "GET /metrics", &[("Host", "evil.example")]).status, 401);
    assert_eq!(wire::request(portal.port(), "GET /metrics", &[]).status, 401, "not on the main port");
    assert_eq!(portal.get("/metrics", &ada).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_loopback_a_scraper_shows_its_token() {
    let port = free_port();
    let open = format!("stagedoor:\n  metrics: {{ listen: '0.0.0.0:{port}' }}\n");
    let (status, _, stderr) = world::production(&open).refused();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("app-config.local.yaml:") && stderr.contains("stagedoor.metrics"), "{stderr}");
    let token = "scrape-0123456789abcdef";
    let closed = format!("stagedoor:\n  metrics: {{ listen: '0.0.0.0:{port}', token: {token} }}\n");
    let _portal = world::production(&closed).start().await;
    let ask = |headers: &[(&str, &str)]| wire::request(port, "GET /metrics", headers).status;
    assert_eq!(ask(&[]), 401);
    for wrong in ["Bearer x", "Bearer scrape-0123456789abcdeF", "Basic c2NyYXBl", token] {
        assert_eq!(ask(&[("Authorization", wrong)]), 401, "{wrong}");
    }
    assert_eq!(ask(&[("Authorization", &format!("Bearer {token}")), ("Host", "metrics.internal")]), 200);
}
