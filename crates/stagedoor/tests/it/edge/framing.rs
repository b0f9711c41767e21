//! Messages whose parts disagree: what request smuggling is made of, and peers that take their time.

use std::io::Write as _;
use std::time::{Duration, Instant};

use testkit::Portal;

use super::bearer;
use crate::{wire, world};

/// Sends `head` (without `Host`) and gives the status; 0 if the connection was just closed.
fn status(portal: &Portal, head: &str) -> u16 {
    wire::raw(portal.port(), head.as_bytes()).map_or(0, |answer| answer.status)
}

fn get(portal: &Portal, headers: &str) -> u16 {
    let host = format!("Host: 127.0.0.1:{}\r\n", portal.port());
    let credential = bearer().1;
    status(
        portal,
        &format!(
            "GET /api/catalog/entities HTTP/1.1\r\n{host}Authorization: {credential}\r\nConnection: close\r\n{headers}\r\n"
        ),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_that_disagree_are_refused() {
    let portal = world::company("").start().await;
    let host = format!("Host: 127.0.0.1:{}\r\n", portal.port());
    let post = |headers: &str, body: &str| {
        format!(
            "POST /api/catalog/entities/by-refs HTTP/1.1\r\n{host}Content-Type: application/json\r\n{headers}\r\n{body}"
        )
    };
    let inner = "GET /.backstage/health/v1/liveness HTTP/1.1\r\nHost: x\r\n\r\n";
    let refused = [
        post("Content-Length: 5\r\nContent-Length: 6\r\n", "{}"),
        post("Content-Length: 5, 6\r\n", "{}"),
        post("Content-Length: -1\r\n", ""),
        post("Content-Length: +2\r\n", "{}"),
        post("Content-Length: 0x2\r\n", "{}"),
        post("Content-Length: 2 \u{b}\r\n", "{}"),
        post("Transfer-Encoding: gzip\r\n", "{}"),
        post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        post("Content-Length : 2\r\n", "{}"),
        post(" Content-Length: 2\r\n", "{}"),
        post("X: a\r\n b\r\n", ""),
    ];
    for sent in &refused {
        assert_eq!(status(&portal, sent), 400, "{sent:?}");
    }
    // Whatever such a message is answered, nothing behind it on the connection is taken for a request.
    let smuggled = [
        post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{inner}")),
        post("Transfer-Encoding: chunked\r\n", &format!("zz\r\n\r\n{inner}")),
        post("Content-Length: 1\r\nContent-Length: 2\r\n", inner),
    ];
    for sent in &smuggled {
        let mut stream = wire::connect(portal.port());
        let _ = stream.write_all(sent.as_bytes());
        let text = String::from_utf8_lossy(&wire::rest(&mut stream)).into_owned();
        assert!(text.matches("HTTP/1.1 ").count() <= 1, "{sent:?} → {text:?}");
        assert!(!text.contains("\"ok\""), "{sent:?} → {text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_and_lines_that_are_not_plain_are_refused() {
    let portal = world::company("").start().await;
    let port = portal.port();
    let line = "GET /api/catalog/entities HTTP/1.1\r\n";
    let hosts = [
        String::new(),
        format!("Host: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n"),
        format!("Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"),
        "Host: evil.example\r\n".to_owned(),
        "Host: evil.example@127.0.0.1\r\n".to_owned(),
        "Host: 127.0.0.1, evil.example\r\n".to_owned(),
        "Host: 127.0.0.1/evil\r\n".to_owned(),
        "Host:\r\n".to_owned(),
    ];
    for host in &hosts {
        let status = status(&portal, &format!("{line}{host}Connection: close\r\n\r\n"));
        assert!(matches!(status, 400 | 421), "{host:?} → {status}");
    }
    for broken in [
        "GET  /api/catalog/entities HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /api /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /\u{1}x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX\0Y: z\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        "GET /\r\n\r\n",
        "\u{16}\u{3}\u{1} hello\r\n\r\n",
    ] {
        let status = status(&portal, broken);
        assert!(matches!(status, 0 | 400), "{broken:?} → {status}");
    }
    // HTTP/1.0 names no host by itself; with one it is a request like any other.
    assert_eq!(status(&portal, "GET /catalog HTTP/1.0\r\n\r\n"), 421);
    assert_eq!(status(&portal, &format!("GET /catalog HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n")), 401);
    assert_eq!(get(&portal, "X-Plain: yes\r\n"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_and_bodies_have_bounds() {
    let portal = world::company("stagedoor:\n  edge:\n    limits: { bodyBytes: 2048 }\n").start().await;
    assert_eq!(get(&portal, &format!("X-Big: {}\r\n", "x".repeat(40_000))), 431);
    assert_eq!(get(&portal, &"X: y\r\n".repeat(150)), 431);
    assert_eq!(get(&portal, &"X: y\r\n".repeat(50)), 200);
    let (name, value) = bearer();
    let json = ("Content-Type", "application/json");
    let post = |body: &str| {
        wire::post(portal.port(), "/api/catalog/entities/by-refs", &[(name, &value), json], body).status
    };
    assert_eq!(post(&format!("{{\"entityRefs\":[\"{}\"]}}", "x".repeat(3_000))), 413);
    assert_eq!(post("{\"entityRefs\":[\"component:default/shop\"]}"), 200);
    let chunked = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {value}\r\nContent-Type: \
         application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{}0\r\n\r\n",
        format!("400;ext=1\r\n{}\r\n", "x".repeat(0x400)).repeat(4)
    );
    assert_eq!(status(&portal, &chunked), 413);
    // A body nobody asked for is not read, and does no harm.
    assert_eq!(get(&portal, "Content-Length: 2\r\n\r\n{}"), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_takes_its_time_is_not_waited_for() {
    let limits = "stagedoor:\n  edge:\n    limits: { headerTimeout: 500ms, requestTimeout: 1s }\n";
    let portal = world::company(limits).start().await;
    let host = format!("Host: 127.0.0.1:{}\r\n", portal.port());
    let begun = [
        String::new(),
        "GET / HTT".to_owned(),
        format!("GET / HTTP/1.1\r\n{host}X: "),
        "PRI * HTTP/2.0\r\n".into(),
    ];
    for begin in &begun {
        let started = now();
        let mut stream = wire::connect(portal.port());
        stream.write_all(begin.as_bytes()).expect("it is taken");
        let _ = wire::rest(&mut stream);
        assert!(started.elapsed() < Duration::from_secs(8), "{begin:?} is held");
    }
    // An idle connection after an answer, too.
    let mut stream = wire::connect(portal.port());
    stream
        .write_all(format!("GET /.backstage/health/v1/liveness HTTP/1.1\r\n{host}\r\n").as_bytes())
        .expect("it is taken");
    assert_eq!(wire::answer(&mut stream).expect("an answer").status, 200);
    // A body that does not come is told so.
    let mut stream = wire::connect(portal.port());
    let head = format!(
        "POST /api/catalog/entities/by-refs HTTP/1.1\r\n{host}Authorization: {}\r\nContent-Type: \
         application/json\r\nContent-Length: 90\r\n\r\n{{",
        bearer().1
    );
    stream.write_all(head.as_bytes()).expect("it is taken");
    assert_eq!(wire::answer(&mut stream).expect("an answer").status, 408);
}

#[expect(clippy::disallowed_methods, reason = "a test measures real waiting")]
fn now() -> Instant {
    Instant::now()
}
