use super::super::tests::{dev, good, refused};
use super::*;

#[test]
fn origins_match_as_browsers_write_them() {
    for (pattern, yes, no) in [
        (
            "https://a.example.com",
            vec!["https://a.example.com", "HTTPS://A.example.com", "https://a.example.com:443"],
            vec!["http://a.example.com", "https://a.example.com:444", "https://b.example.com", "null", ""],
        ),
        (
            "https://*.example.com",
            vec!["https://a.example.com", "https://a.b.example.com"],
            vec![
                "https://example.com",
                "https://.example.com",
                "https://evilexample.com",
                "https://a.example.com.evil.org",
                "https://a.example.com@evil.org",
            ],
        ),
        (
            "http://localhost:*",
            vec!["http://localhost:3000", "http://localhost"],
            vec!["http://localhost:x", "http://localhost.evil"],
        ),
        ("http://[::1]:3000", vec!["http://[::1]:3000"], vec!["http://[::1]"]),
        ("https://a.example.com/", vec!["https://a.example.com"], vec![]),
    ] {
        let parsed = OriginPattern::parse(pattern).expect("a pattern");
        for origin in yes {
            assert!(parsed.matches(origin), "{pattern} {origin}");
        }
        for origin in no {
            assert!(!parsed.matches(origin), "{pattern} {origin}");
        }
    }
}

#[test]
fn wide_origins_are_refused() {
    for wide in [
        "'*'",
        "'**'",
        "https://*",
        "'*://a.example.com'",
        "https://*.com",
        "https://*example.com",
        "https://a.*",
        "https://a.example.com*",
        "'https://{a,b}.example.com'",
        "https://?.example.com",
        "ftp://a.example.com",
        "a.example.com",
        "https://a.example.com:x",
        "'https://'",
        "true",
    ] {
        refused(&[(
            &format!("backend: {{ cors: {{ origin: {wide}, credentials: true }} }}"),
            "backend.cors.origin",
        )]);
    }
}

#[test]
fn the_rest_of_cors() {
    let (settings, warnings) = good(
        "backend: { cors: { origin: [https://a.example.com, http://localhost:3000], methods: 'GET, POST', \
         allowedHeaders: [X-A], exposedHeaders: X-B, credentials: 'yes', maxAge: 60 } }",
    );
    let cors = settings.cors.expect("cors");
    assert_eq!((cors.origins.len(), cors.credentials, cors.max_age), (2, true, Some(Duration::from_mins(1))));
    assert_eq!(cors.methods, ["GET", "POST"]);
    assert_eq!(cors.allowed_headers, Some(vec!["X-A".to_owned()]));
    assert_eq!(cors.exposed_headers, ["X-B"]);
    assert!(warnings.contains("`http://localhost:3000` may call the API in production"), "{warnings}");
    for none in ["{}", "false", "{ origin: false }", "{ origin: [] }"] {
        assert_eq!(dev(&format!("backend: {{ cors: {none} }}")).0.cors, None, "{none}");
    }
    refused(&[
        (
            "backend: { cors: { origin: https://a.b, methods: ['GET\\r'] , allowedHeaders: ['a b'] } }",
            "no method or header name",
        ),
        ("backend: { cors: { origin: https://a.b, maxAge: -1 } }", "whole number"),
        ("backend: { cors: { origin: 5 } }", "got number, wanted string-array"),
    ]);
}
