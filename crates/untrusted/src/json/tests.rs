use proptest::prelude::*;

use super::*;

fn read(text: &str) -> String {
    match parse(text.as_bytes(), &Limits::default()) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn values_are_those_of_javascript() {
    for (text, wanted) in [
        (r#"{"b":1,"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
        (" [1.0, -0, 1e3, 12345678901234567890, 1e999]\n", "[1,0,1000,12345678901234567000,null]"),
        (r#""\u00e9\ud83d\ude00\n\/\"""#, "\"é😀\\n/\\\"\""),
        ("true", "true"),
        ("{}", "{}"),
        ("[ ]", "[]"),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn errors_are_those_of_v8() {
    for (text, wanted) in [
        ("", "Unexpected end of JSON input"),
        ("{bad", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ("{", "Expected property name or '}' in JSON at position 1 (line 1 column 2)"),
        ("[", "Unexpected end of JSON input"),
        ("{\"a\":", "Unexpected end of JSON input"),
        ("[1", "Expected ',' or ']' after array element in JSON at position 2 (line 1 column 3)"),
        ("{\"a\" 1}", "Expected ':' after property name in JSON at position 5 (line 1 column 6)"),
        ("{\"a\":1]", "Expected ',' or '}' after property value in JSON at position 6 (line 1 column 7)"),
        ("{\"é\":1,\n😀}", "Expected double-quoted property name in JSON at position 8 (line 2 column 1)"),
        ("\"a", "Unterminated string in JSON at position 2 (line 1 column 3)"),
        ("\"\\", "Unexpected end of JSON input"),
        ("\"\\x\"", "Bad escaped character in JSON at position 2 (line 1 column 3)"),
        ("\"\\u12\"", "Bad Unicode escape in JSON at position 5 (line 1 column 6)"),
        ("\"\u{1}\"", "Bad control character in string literal in JSON at position 1 (line 1 column 2)"),
        ("-a", "No number after minus sign in JSON at position 1 (line 1 column 2)"),
        ("1.", "Unterminated fractional number in JSON at position 2 (line 1 column 3)"),
        ("1e+", "Exponent part is missing a number in JSON at position 3 (line 1 column 4)"),
        ("01", "Unexpected number in JSON at position 1 (line 1 column 2)"),
        ("1\n2", "Unexpected non-whitespace character after JSON at position 2 (line 2 column 1)"),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ("tru", "Unexpected end of JSON input"),
        ("trux", "Unexpected token 'x', \"trux\" is not valid JSON"),
        ("tr1", "Unexpected number in JSON at position 2 (line 1 column 3)"),
        ("nul\"", "Unexpected string in JSON at position 3 (line 1 column 4)"),
        ("undefined", "\"undefined\" is not valid JSON"),
        ("\u{feff}1", "Unexpected token '\u{feff}', \"\u{feff}1\" is not valid JSON"),
        (&"a".repeat(30), "Unexpected token 'a', \"aaaaaaaaaa\"... is not valid JSON"),
        (
            "[1,2,3,4,5,6,7,8,9,10,x,1,2,3,4,5,6,7]",
            "Unexpected token 'x', ...\",7,8,9,10,x,1,2,3,4,\"... is not valid JSON",
        ),
        (
            "[1,2,3,4,5,6,7,8,9,10,11,12,1,2,3,4,5,6,7,x]",
            "Unexpected token 'x', ...\"3,4,5,6,7,x]\" is not valid JSON",
        ),
    ] {
        assert_eq!(read(text), wanted, "{text}");
    }
}

#[test]
fn bad_bytes_are_refused() {
    let error = parse(b"\x81\xaa\xe0j\x07", &Limits::default()).expect_err("no JSON");
    assert_eq!(
        error.to_string(),
        "Unexpected token '\u{fffd}', \"\u{fffd}\u{fffd}\u{fffd}j\u{7}\" is not valid JSON"
    );
    let error = parse(b"\"\xff\"", &Limits::default()).expect_err("no UTF-8");
    assert_eq!(error.to_string(), "JSON is not UTF-8 text at byte 1");
    for half in ["\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\""] {
        assert!(read(half).starts_with("Bad Unicode escape"), "{half}");
    }
}

#[test]
fn limits_hold() {
    let small = Limits { bytes: 100, depth: 3, nodes: 9 };
    let refused = |text: &str| parse(text.as_bytes(), &small).expect_err("over a limit").to_string();
    assert_eq!(refused(&" ".repeat(101)), "JSON of 101 bytes is over the limit of 100");
    assert_eq!(refused("[[[[]]]]"), "JSON is nested deeper than 3 levels");
    assert_eq!(refused("[0,0,0,0,0,0,0,0,0]"), "JSON has more than 9 values");
    assert!(parse(b"[[[]], [[]], {}]", &small).is_ok());
    let endless = Limits { bytes: usize::MAX, depth: usize::MAX, nodes: usize::MAX };
    assert!(parse("[".repeat(1 << 20).as_bytes(), &endless).is_err());
}

proptest! {
    #[test]
    fn agrees_with_serde(text in "[\\[\\]{}:,\"a0-9.eE+\\\\tru -]{0,24}") {
        let ours = parse(text.as_bytes(), &Limits::default());
        let theirs = serde_json::from_str::<Value>(&text);
        // Numbers beyond a float are null here and an error there.
        let is_huge = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert_eq!(ours.is_ok(), theirs.is_ok() || is_huge, "{:?} {:?}", ours, theirs);
    }

    #[test]
    fn reads_what_serde_writes(texts in prop::collection::vec(any::<String>(), 0..5), flag in any::<bool>()) {
        let value = serde_json::json!({ "texts": texts, "flag": flag, "none": null, "nested": [[{}]] });
        prop_assert_eq!(parse(value.to_string().as_bytes(), &Limits::default()), Ok(value));
    }
}
