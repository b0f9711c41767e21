//! Request lines that try to name a path by another way.

use testkit::Portal;

use super::bearer;
use crate::{wire, world};

fn status(portal: &Portal, target: &[u8], credential: bool) -> u16 {
    let mut sent = b"GET ".to_vec();
    sent.extend_from_slice(target);
    sent.extend_from_slice(format!(" HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n", portal.port()).as_bytes());
    if credential {
        sent.extend_from_slice(format!("Authorization: {}\r\n", bearer().1).as_bytes());
    }
    sent.extend_from_slice(b"Connection: close\r\n\r\n");
    wire::raw(portal.port(), &sent).map_or(0, |answer| answer.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn tricks_are_refused_once_with_400_whoever_asks() {
    let portal = world::company("").start().await;
    let tricks: &[&[u8]] = &[
        b"http://127.0.0.1/api/catalog/entities",
        b"https://evil.example/",
        b"127.0.0.1:80",
        b"*",
        b"api/catalog/entities",
        b"/api/catalog/../../etc/passwd",
        b"/api/catalog/./entities",
        b"/api/%2e%2e/catalog",
        b"/api/%2E%2e/catalog",
        b"/api/.%2e/catalog",
        b"/api/%252e%252e/catalog",
        b"/api/%25%32%65%25%32%65/catalog",
        b"/assets/..%2f..%2fetc/passwd",
        b"/assets/..%5c..%5cetc",
        b"/assets\\..\\x",
        b"/api/catalog%2fentities",
        b"/api/catalog%00/entities",
        b"/api/catalog/entities%0d%0aX: y",
        b"/api/%c0%ae%c0%ae/catalog",
        b"/api/%e0%80%ae/catalog",
        b"/api/%ff/catalog",
        b"/api/%zz",
        b"/api/%2",
        b"//api/catalog/entities",
        b"/api//catalog/entities",
        b"/api/catalog/entities//",
        b"/..;/api/catalog/entities",
        b"/api/;/../catalog",
        "/api/\u{ff0e}\u{ff0e}/catalog".as_bytes(),
    ];
    for trick in tricks {
        for credential in [false, true] {
            let shown = String::from_utf8_lossy(trick);
            assert_eq!(status(&portal, trick, credential), 400, "{shown} (credential: {credential})");
        }
    }
    for line in ["GET http://127.0.0.1/ HTTP/1.1", "OPTIONS * HTTP/1.1"] {
        let answer = wire::raw(
            portal.port(),
            format!("{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").as_bytes(),
        );
        assert_eq!(answer.expect("an answer").status, 400, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_but_plain_paths_are_nobodys() {
    let portal = world::company("").start().await;
    let strange = [
        "/api/catalog/entities;jsessionid=1",
        "/api;/catalog/entities",
        "/API/catalog/entities",
        "/api/catalog/Entities",
        "/api/catalog/entities%20",
        "/api/catalog/entities.json",
        "/api/catalog/entities%3Ffilter=kind=user",
        "/api",
        "/api/",
    ];
    for path in strange {
        assert_eq!(status(&portal, path.as_bytes(), false), 401, "{path}");
        assert_eq!(status(&portal, path.as_bytes(), true), 404, "{path}");
    }
    // One spelling more is the same path: escapes of plain letters, and a slash at the end.
    for path in ["/api/catalog/entities/", "/api/%63atalog/entitie%73", "/%61pi/catalog/entities/"] {
        assert_eq!(status(&portal, path.as_bytes(), false), 401, "{path}");
        assert_eq!(status(&portal, path.as_bytes(), true), 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_has_a_bound() {
    let portal = world::company("").start().await;
    let long = format!("/api/catalog/entities?filter=kind={}", "x".repeat(17_000));
    assert_eq!(status(&portal, long.as_bytes(), true), 400);
    let deep = "/a".repeat(100);
    assert_eq!(status(&portal, deep.as_bytes(), true), 400);
    let path = format!("/{}", "x".repeat(9_000));
    assert_eq!(status(&portal, path.as_bytes(), true), 400);
    let fine = format!("/api/catalog/entities?filter=kind={}", "x".repeat(2_000));
    assert_eq!(status(&portal, fine.as_bytes(), true), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_beyond_the_list_are_405_and_the_others_need_a_credential() {
    let portal = world::company("").start().await;
    let methods = ["TRACE", "TRACK", "PROPFIND", "SEARCH", "LINK", "get", "DEBUG", "X"];
    for method in methods {
        for path in ["/api/catalog/entities", "/catalog", "/"] {
            let answer = wire::request(portal.port(), &format!("{method} {path}"), &[]);
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(!answer.body.contains("Authorization"), "nothing is reflected");
        }
    }
    let connect = wire::raw(
        portal.port(),
        format!("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", portal.port()).as_bytes(),
    );
    assert_eq!(connect.expect("an answer").status, 405);
    let (name, value) = bearer();
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for path in
            ["/api/catalog/entities", "/api/catalog/entities/", "/api/nowhere", "/api", "/nowhere", "/"]
        {
            let answer = wire::request(portal.port(), &format!("{method} {path}"), &[]);
            assert_eq!(answer.status, 401, "{method} {path} as a stranger");
        }
        let answer =
            wire::request(portal.port(), &format!("{method} /api/catalog/entities"), &[(name, &value)]);
        let expected = if matches!(method, "GET" | "HEAD") { 200 } else { 404 };
        assert_eq!(answer.status, expected, "{method} as a service");
    }
    let narrow = world::company("stagedoor:\n  edge:\n    methods: [GET, HEAD]\n").start().await;
    assert_eq!(wire::request(narrow.port(), "DELETE /api/catalog/entities", &[]).status, 405);
    assert_eq!(wire::request(narrow.port(), "GET /api/catalog/entities", &[(name, &value)]).status, 200);
}
