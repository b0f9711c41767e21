use proptest::prelude::*;

use super::*;

fn parse(target: &str) -> Result<RequestPath, PathRefused> {
    RequestPath::parse(target.as_bytes())
}

#[test]
fn ordinary_targets_are_decoded() {
    for (target, path, slash, query) in [
        ("/", "/", false, None),
        ("/?", "/", false, Some("")),
        ("/api/catalog/entities?filter=kind=api", "/api/catalog/entities", false, Some("filter=kind=api")),
        ("/a/b/", "/a/b", true, None),
        ("/docs/a%20b/%C3%A9t%C3%A9", "/docs/a b/été", false, None),
        ("/catalog/default/component/my-app_1.0", "/catalog/default/component/my-app_1.0", false, None),
        ("/.backstage/health/v1/readiness", "/.backstage/health/v1/readiness", false, None),
        ("/.well-known/openid-configuration", "/.well-known/openid-configuration", false, None),
        ("/a/100%25?x=%2e%2e/%00", "/a/100%", false, Some("x=%2e%2e/%00")),
        ("/a..b/..a/a..", "/a..b/..a/a..", false, None),
        ("/user:default%2Fguest".replace("%2F", "-").as_str(), "/user:default-guest", false, None),
        ("/a?b?c", "/a", false, Some("b?c")),
        ("/日本/の", "/日本/の", false, None),
    ] {
        let found = parse(target).expect(target);
        assert_eq!(
            (found.as_str(), found.has_trailing_slash(), found.raw_query()),
            (path, slash, query),
            "{target}"
        );
    }
    let found = parse("/a/b%20c/").expect("a path");
    assert_eq!(found.segments().collect::<Vec<_>>(), ["a", "b c"]);
    assert_eq!(found.encoded(), "/a/b%20c/");
    assert_eq!(parse("/").expect("the root").segments().count(), 0);
}

#[test]
fn tricks_are_refused() {
    use PathRefused::*;
    for (target, reason) in [
        ("", NotOrigin),
        ("a/b", NotOrigin),
        ("*", AsteriskForm),
        ("http://h/a", AbsoluteForm),
        ("HTTPS://h/a", AbsoluteForm),
        ("file:///etc/passwd", AbsoluteForm),
        ("h:443", AuthorityForm),
        ("//h/a", EmptySegment),
        ("/a//b", EmptySegment),
        ("/a//", EmptySegment),
        ("/a/%20/b", EmptySegment),
        ("/a/%E2%80%8B/b", EmptySegment),
        ("/a/../b", DotSegment),
        ("/..", DotSegment),
        ("/../", DotSegment),
        ("/a/./b", DotSegment),
        ("/...", DotSegment),
        ("/a/.%2e/b", DotSegment),
        ("/a/%2e%2E/b", DotSegment),
        ("/a/..;/b", DotSegment),
        ("/a/..;x=1/b", DotSegment),
        ("/a/%2e%2e%3b/b", DotSegment),
        ("/a/;/../b", DotSegment),
        ("/a/..%20/b", DotSegment),
        ("/a/.%20./b", DotSegment),
        ("/a/%EF%BC%8E%EF%BC%8E/b", DotSegment),
        ("/a/..%EF%BC%8Fb", DotSegment),
        ("/a/..%E2%88%95b", DotSegment),
        ("/a/..%EF%BC%BCb", DotSegment),
        ("/a/%E2%80%A5/b", DotSegment),
        ("/a/.%E2%80%8B./b", DotSegment),
        ("/a/．．/b", DotSegment),
        ("/a/..:x/b", DotSegment),
        ("/a%2fb", EncodedSlash),
        ("/a/..%2Fb", EncodedSlash),
        ("/a\\b", Backslash),
        ("/a/..\\b", Backslash),
        ("/a%5cb", Backslash),
        ("/%252e%252e/a", EncodedTwice),
        ("/a%252fb", EncodedTwice),
        ("/a%255cb", EncodedTwice),
        ("/%25252e%25252e/a", EncodedTwice),
        ("/%25u002e%25u002e/a", EncodedTwice),
        ("/%u002e/a", MalformedEscape),
        ("/a%", MalformedEscape),
        ("/a%2", MalformedEscape),
        ("/a%zz", MalformedEscape),
        ("/%c0%ae%c0%ae/a", NotUtf8),
        ("/%e0%80%ae/a", NotUtf8),
        ("/a%ff", NotUtf8),
        ("/a%ed%a0%80", NotUtf8),
        ("/a%00", Control),
        ("/a\0", Control),
        ("/a%0d%0aSet-Cookie:x", Control),
        ("/a\r\nX: y", Control),
        ("/a b", Control),
        ("/a%7f", Control),
        ("/a%c2%85", Control),
        ("/a?x=\n", Control),
        ("/a#b", Fragment),
        ("/a?b#c", Fragment),
    ] {
        assert_eq!(parse(target), Err(reason), "{target}");
    }
    assert_eq!(RequestPath::parse(b"/a\xff"), Err(NotUtf8));
    assert_eq!(parse(&format!("/{}", "a".repeat(MAX_PATH_BYTES))), Err(TooLong));
    assert!(parse(&format!("/{}", "a".repeat(MAX_PATH_BYTES - 1))).is_ok());
    assert!(parse(&"/a".repeat(MAX_SEGMENTS)).is_ok());
    assert_eq!(parse(&"/a".repeat(MAX_SEGMENTS + 1)), Err(TooManySegments));
}

/// Decoders as other software has them, each more careless than the one here.
mod naive {
    pub(super) fn once(path: &[u8]) -> Vec<u8> {
        let mut decoded = Vec::new();
        let mut at = 0;
        while at < path.len() {
            let code = path.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok());
            match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
                Some(byte) if path[at] == b'%' => {
                    decoded.push(byte);
                    at += 3;
                }
                _ => {
                    decoded.push(path[at]);
                    at += 1;
                }
            }
        }
        decoded
    }

    /// Decodes until nothing changes, as a chain of proxies does.
    pub(super) fn often(path: &[u8]) -> Vec<u8> {
        let mut now = path.to_vec();
        loop {
            let next = once(&now);
            if next == now {
                return now;
            }
            now = next;
        }
    }

    /// Takes overlong UTF-8: `c0 ae` is a dot.
    pub(super) fn overlong(path: &[u8]) -> Vec<u8> {
        let decoded = once(path);
        let mut out = Vec::new();
        let mut at = 0;
        while at < decoded.len() {
            match decoded[at..] {
                [first @ (0xc0 | 0xc1), second, ..] => {
                    out.push((first & 1) << 6 | (second & 0x3f));
                    at += 2;
                }
                [0xe0, second @ 0x80..=0x81, third, ..] => {
                    out.push((second & 1) << 6 | (third & 0x3f));
                    at += 3;
                }
                _ => {
                    out.push(decoded[at]);
                    at += 1;
                }
            }
        }
        out
    }

    /// Knows `%u002e`.
    pub(super) fn wide(path: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(path).replace("%u", "%U");
        let mut out = String::new();
        let mut parts = text.split("%U");
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let code = part.get(..4).and_then(|code| u32::from_str_radix(code, 16).ok());
            match code.and_then(char::from_u32) {
                Some(letter) => {
                    out.push(letter);
                    out.push_str(&part[4..]);
                }
                None => out.push_str(part),
            }
        }
        once(out.as_bytes())
    }

    /// Folds fullwidth forms, drops what cannot be seen, cuts parameters, trims spaces, and takes
    /// a backslash for a slash.
    pub(super) fn folding(path: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(&often(path)).into_owned();
        let folded: String = text
            .chars()
            .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}'))
            .map(|c| match c {
                '\u{ff0e}' | '\u{2024}' => '.',
                '\u{ff0f}' | '\u{2215}' | '\u{2044}' | '\\' | '\u{ff3c}' => '/',
                other => other,
            })
            .collect();
        let cut = |segment: &str| segment.split(';').next().unwrap_or_default().trim().to_owned();
        folded.split('/').map(cut).collect::<Vec<_>>().join("/").into_bytes()
    }

    type Decoder = fn(&[u8]) -> Vec<u8>;

    pub(super) const ALL: [Decoder; 5] = [once, often, overlong, wide, folding];
}

/// Whether a filesystem would step upwards, or be cut short.
fn escapes(path: &[u8]) -> bool {
    path.contains(&0) || path.split(|byte| matches!(byte, b'/' | b'\\')).any(|segment| segment == b"..")
}

/// Targets built from what attacks are built from.
fn target() -> impl Strategy<Value = Vec<u8>> {
    let tokens = prop::sample::select(vec![
        "/",
        "//",
        ".",
        "..",
        "%2e",
        "%2E",
        "%252e",
        "%25",
        "25",
        "2e",
        "%2f",
        "%252f",
        "\\",
        "%5c",
        "%255c",
        ";",
        "%3b",
        "a",
        "B",
        "é",
        "%c3%a9",
        "%c0%ae",
        "%c0%af",
        "%e0%80%ae",
        "%00",
        "\0",
        "%u002e",
        "%u2215",
        "．",
        "%ef%bc%8e",
        "／",
        "∕",
        "%e2%88%95",
        "\u{200b}",
        "%20",
        " ",
        "%",
        "?",
        "#",
        ":",
        "http://",
        "%ff",
        "-",
        "~",
        "x=1",
        "…",
        "‥",
    ]);
    let text = prop::collection::vec(tokens, 0..10).prop_map(|tokens| format!("/{}", tokens.concat()));
    prop_oneof![
        8 => text.prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..24).prop_map(|mut bytes| { bytes.insert(0, b'/'); bytes }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn what_is_accepted_is_safe_for_every_naive_decoder(target in target()) {
        let Ok(found) = RequestPath::parse(&target) else { return Ok(()) };
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        for decode in naive::ALL {
            prop_assert!(!escapes(&decode(path)), "{:?}", String::from_utf8_lossy(&decode(path)));
            prop_assert!(!escapes(&decode(found.as_str().as_bytes())), "{:?}", found);
        }
        prop_assert!(!found.as_str().contains(['\0', '\\']));
        prop_assert!(found.segments().all(|segment| !matches!(segment, "" | "." | "..")));
    }

    #[test]
    fn canonicalising_twice_changes_nothing(target in target()) {
        let Ok(found) = RequestPath::parse(&target) else { return Ok(()) };
        let again = RequestPath::parse(found.encoded().as_bytes());
        prop_assert_eq!(again.as_ref().map(RequestPath::as_str), Ok(found.as_str()));
        prop_assert_eq!(again.map(|path| path.has_trailing_slash()), Ok(found.has_trailing_slash()));
    }

    #[test]
    fn entity_names_pass_as_they_are(name in "[A-Za-z0-9][A-Za-z0-9_.-]{0,61}[A-Za-z0-9]") {
        let target = format!("/api/catalog/entities/by-name/component/default/{name}");
        let found = parse(&target).expect("an ordinary path");
        prop_assert_eq!(found.as_str(), target);
    }
}
