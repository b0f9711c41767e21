//! Who may ask at all: client addresses, as far as trusted proxies vouch for them.

use testkit::Portal;

use super::bearer;
use crate::wire;
use crate::world::{self, HOST};

/// Only the VPN reads entities; the proxy on this machine is believed.
const EDGE: &str = "\
stagedoor:
  edge:
    trustedProxies: [127.0.0.1/32, 10.0.0.1]
    allowedSources:
      - paths: [/api/catalog/entities]
        sources: [10.8.0.0/16, '2001:db8:8::/48']
      - paths: [/access]
        sources: [10.9.0.0/16]
    rateLimits: { general: { requests: 1000000, window: 1m } }
";

fn status(portal: &Portal, line: &str, forwarded: &[&str]) -> u16 {
    let (name, value) = bearer();
    let mut headers = vec![("Host", HOST), (name, value.as_str())];
    headers.extend(forwarded.iter().map(|value| ("X-Forwarded-For", *value)));
    wire::request(portal.port(), line, &headers).status
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_vpn_reads_entities_however_the_path_is_written() {
    let portal = world::production(EDGE).start().await;
    let spellings = [
        "/api/catalog/entities",
        "/api/catalog/entities/",
        "/api/catalog/entities?filter=kind=user",
        "/api/catalog/entities/by-query",
        "/api/catalog/entities/by-name/user/default/ada",
        "/api/catalog/%65ntities",
        "/%61pi/catalog/entities",
        "/api/catalog/entities/%62y-query",
        "/API/CATALOG/ENTITIES",
        "/api/Catalog/entities",
    ];
    for path in spellings {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let line = format!("{method} {path}");
            assert_eq!(status(&portal, &line, &["203.0.113.9"]), 403, "{line} from outside");
        }
        let inside = status(&portal, &format!("GET {path}"), &["10.8.3.4"]);
        assert!(matches!(inside, 200 | 404), "{path} from the VPN: {inside}");
    }
    for free in ["/api/catalog/entity-facets?facet=kind", "/api/catalog/entities-x"] {
        assert_ne!(status(&portal, &format!("GET {free}"), &["203.0.113.9"]), 403, "{free}");
    }
    assert_eq!(status(&portal, "GET /api/catalog/entities", &["2001:db8:8::1"]), 200);
    assert_eq!(status(&portal, "GET /api/catalog/entities", &["2001:db8:9::1"]), 403);
    assert_eq!(status(&portal, "GET /access", &["10.8.3.4"]), 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_cannot_choose_its_address() {
    let portal = world::production(EDGE).start().await;
    let refused: &[&[&str]] = &[
        // Nobody vouches: the peer itself is the client, and is not in the VPN.
        &[],
        &["10.8.3.4, 203.0.113.9"],
        &["10.8.3.4", "203.0.113.9"],
        &["10.8.3.4, 203.0.113.9, 10.0.0.1"],
        &["10.8.3.4, nonsense"],
        &["10.8.3.4, "],
        &["10.8.3.4, \u{e9}, 203.0.113.9"],
        &["\u{e9}, 203.0.113.9"],
        &["10.8.3.4", "\u{e9}"],
        &["10.8.3.4, unknown, 10.0.0.1"],
        &["10.8.3.4/16"],
        &["010.008.003.004"],
    ];
    for forwarded in refused {
        assert_eq!(status(&portal, "GET /api/catalog/entities", forwarded), 403, "{forwarded:?}");
    }
    for forwarded in
        [&["9.9.9.9, 10.8.3.4"][..], &["10.8.3.4:5151"], &["::ffff:10.8.3.4"], &["10.8.3.4, 10.0.0.1"]]
    {
        assert_eq!(status(&portal, "GET /api/catalog/entities", forwarded), 200, "{forwarded:?}");
    }
    // Other headers of the kind are never read.
    let (name, value) = bearer();
    for header in ["Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"] {
        let text = if header == "Forwarded" { "for=10.8.3.4" } else { "10.8.3.4" };
        let headers = [("Host", HOST), (name, value.as_str()), (header, text)];
        assert_eq!(
            wire::request(portal.port(), "GET /api/catalog/entities", &headers).status,
            403,
            "{header}"
        );
    }
    // The record names the client that was found.
    portal
        .until("the refusal is recorded", async || {
            portal.audit().iter().any(|record| {
                record["action"] == "stagedoor.edge"
                    && record["outcome"] == "denied"
                    && record["ip"] == "203.0.113.9"
                    && record["meta"]["reason"].to_string().contains("source")
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_paths_is_for_everything() {
    let rule = EDGE.replace(
        "      - paths: [/access]\n        sources: [10.9.0.0/16]\n",
        "      - 127.0.0.0/8\n      - 10.0.0.0/8\n",
    );
    let portal = world::production(&rule).start().await;
    for line in ["GET /", "GET /api/catalog/entities", "GET /assets/x", "GET /sign-in", "GET /nowhere"] {
        assert_eq!(status(&portal, line, &["203.0.113.9"]), 403, "{line}");
    }
    assert_eq!(status(&portal, "GET /api/catalog/entities", &["10.8.0.1"]), 200);
    // Each rule narrows; none widens another.
    assert_eq!(status(&portal, "GET /api/catalog/entities", &["10.1.0.1"]), 403);
}
