use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::number;

fn read(text: &str) -> Vec<Document> {
    parse_documents(text.as_bytes(), &Limits::default()).expect("readable text")
}

fn json(text: &str) -> String {
    let root = parse_one(text.as_bytes(), &Limits::default()).expect("one good document");
    root.map_or_else(|| "null".to_owned(), |node| node.to_json().to_string())
}

fn error(text: &str) -> String {
    parse_one(text.as_bytes(), &Limits::default()).expect_err("a broken document").to_string()
}

#[test]
fn scalars_are_read_by_the_core_schema() {
    for (text, wanted) in [
        ("- 1e3\n- 1.0\n- -0\n- 1.\n- .5\n- +12\n- 012", "[1000,1,0,1,0.5,12,12]"),
        ("- 0o14\n- 0x1F\n- 0o8\n- 1_000\n- 1e999", r#"[12,31,"0o8","1_000",null]"#),
        ("- .inf\n- -.Inf\n- .nan\n- ~\n- null\n- NULL\n- nULL", r#"[null,null,null,null,null,null,"nULL"]"#),
        ("- true\n- FALSE\n- yes\n- on\n- tRUE", r#"[true,false,"yes","on","tRUE"]"#),
        (
            "- 2001-01-01\n- 12:30:45\n- 1.2.3\n- .\n- +\n- 1e",
            r#"["2001-01-01","12:30:45","1.2.3",".","+","1e"]"#,
        ),
        ("12345678901234567890", "12345678901234567000"),
        ("- '1'\n- \"true\"\n- |\n  1", r#"["1","true","1\n"]"#),
        (
            "- !!str 1\n- !!int \"3\"\n- !!int x\n- !!float 3\n- !a 12\n- ! 1\n- !!str",
            r#"["1",3,"x","3","12","1",""]"#,
        ),
        ("!a {b: 1}", r#"{"b":1}"#),
        ("a: &x [1]\nb: *x", r#"{"a":[1],"b":[1]}"#),
        ("<<: {a: 1}", r#"{"<<":{"a":1}}"#),
    ] {
        assert_eq!(json(text), wanted, "{text}");
    }
}

#[test]
fn keys_become_text_as_javascript_writes_them() {
    for (text, wanted) in [
        (
            "~: 1\n1.0: 2\n0x1f: 3\n1e21: 4\n.inf: 5\ntrue: 6",
            r#"{"":1,"1":2,"31":3,"1e+21":4,"Infinity":5,"true":6}"#,
        ),
        ("1: a\n\"1\": b", r#"{"1":"b"}"#),
        ("a: {{ name }}", r#"{"a":{"{ name }":null}}"#),
        ("{{ name }}: 1", r#"{"{ ? { name } }":1}"#),
        ("? [a, \"b\", 'c d', 1.0, ~, {x: y}]\n: 1", r#"{"[ a, \"b\", 'c d', 1.0, ~, { x: y } ]":1}"#),
        ("? {}\n: 1\n? - a\n  - b\n: 2", r#"{"{}":1,"[ a, b ]":2}"#),
        ("? {a: 1}\n: x\n? {a: 1}\n: y", r#"{"{ a: 1 }":"y"}"#),
        ("&x a: 1\n*x : 2", r#"{"a":2}"#),
    ] {
        assert_eq!(json(text), wanted, "{text}");
    }
}

#[test]
fn documents_are_counted_as_npm_yaml_counts_them() {
    for (text, documents, empty) in [
        ("", 0, 0),
        ("# c\n\n", 0, 0),
        ("---", 1, 1),
        ("---\n---\n", 2, 2),
        ("...\n", 1, 1),
        ("a\n...\n", 1, 0),
        ("a\n...\n...\n", 2, 1),
        ("a\n...\n---\n", 2, 1),
        ("# x\n---\na: 1\n---\n", 2, 1),
        ("%YAML 1.2\n---\na\n", 1, 0),
        ("a\n%YAML 1.2\n---\nb\n", 2, 0),
        ("\u{feff}a: 1", 1, 0),
        ("\u{feff}---\na: 1", 1, 0),
        ("---a", 1, 0),
        ("--- |\n---\nx", 2, 0),
        ("a\r\n---\r\nb\r\n", 2, 0),
        ("---\n# only a comment\n", 1, 1),
    ] {
        let found = read(text);
        assert_eq!(found.len(), documents, "{text:?}");
        assert_eq!(found.iter().filter(|d| d.content == Ok(None)).count(), empty, "{text:?}");
        assert!(found.iter().enumerate().all(|(index, document)| document.index == index), "{text:?}");
    }
}

#[test]
fn errors_have_the_words_and_places_of_npm_yaml() {
    for (text, wanted) in [
        (
            "a: [1\nb: {\n",
            "Flow sequence in block collection must be sufficiently indented and end with a ] at line 2, column 1",
        ),
        (
            "a:\n  - [1,\n  2]",
            "Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 3",
        ),
        (
            "a: {b: c, \n",
            "Flow map in block collection must be sufficiently indented and end with a } at line 2, column 1",
        ),
        ("a: 1\nb: 2\na: 3", "Map keys must be unique at line 3, column 1"),
        ("1: a\n1.0: b", "Map keys must be unique at line 2, column 1"),
        ("{% if x %}", "Plain value cannot start with directive indicator character % at line 1, column 2"),
        ("a: @x", "Plain value cannot start with reserved character @ at line 1, column 4"),
        ("\ta: 1", "Tabs are not allowed as indentation at line 1, column 1"),
        ("a:\n\tb: 1", "Tabs are not allowed as indentation at line 2, column 1"),
        ("a: b: c", "Nested mappings are not allowed in compact mappings at line 1, column 4"),
        ("a: b\n  c: d", "Nested mappings are not allowed in compact mappings at line 1, column 4"),
        ("key\na: b", "Implicit keys need to be on a single line at line 1, column 1"),
        ("a: 1\nb:2\n", "Implicit map keys need to be followed by map values at line 2, column 1"),
        ("a:\n  b: 1\n c: 2\n", "All mapping items must start at the same column at line 3, column 1"),
        (
            "links:\n  - url: x\n  title: y\n",
            "All mapping items must start at the same column at line 3, column 1",
        ),
        ("- a\nb: 1\n", "Unexpected scalar at node end at line 2, column 1"),
        ("a: 'it's'\n", "Unexpected scalar at node end at line 1, column 8"),
        ("x: \"abc\ndef\"\n", "Missing closing \"quote at line 1, column 8"),
        ("a: 'b", "Missing closing 'quote at line 1, column 6"),
        ("a: \"\\q\"", "Invalid escape sequence \\q at line 1, column 5"),
        ("a: - b", "Unexpected block-seq-ind on same line with key at line 1, column 4"),
        ("a: ]", "Unexpected flow-seq-end token in YAML stream: \"]\" at line 1, column 4"),
        ("a: 1 # c\n  b\n", "All mapping items must start at the same column at line 2, column 1"),
        ("a: |\n  x\n # c\n  y\n", "All mapping items must start at the same column at line 3, column 1"),
        (
            "a: |\n  x\n\t\nb: 1\n",
            "Block scalar lines must not be less indented than their first line at line 3, column 1",
        ),
        ("a: \"b\" \"c\"", "Unexpected double-quoted-scalar at node end at line 1, column 8"),
        ("a: |x\n b\n", "Block scalar header includes extra characters: |x at line 1, column 5"),
        ("*u", "Unresolved alias (the anchor must be set before the alias): u at line 1, column 1"),
        ("!x!y a", "Could not resolve tag: !x!y at line 1, column 1"),
        ("%YAML 1.2\na\n", "Missing directives-end/doc-start indicator line at line 2, column 1"),
        ("&a [*a]", "Alias stands inside the node it names at line 1, column 5"),
    ] {
        assert_eq!(error(text), wanted, "{text}");
    }
}

#[test]
fn closing_bracket_may_stand_under_its_key() {
    assert_eq!(json("a: [1,\n]\nb: {\n  c: 2\n}\n"), r#"{"a":[1],"b":{"c":2}}"#);
}

#[test]
fn broken_documents_leave_their_neighbours_alone() {
    let found = read("a: 1\n---\nb: [\n---\nc: \"\n---\nd: |\n  x\n---\ne: 1\n");
    let good: Vec<bool> = found.iter().map(|document| document.content.is_ok()).collect();
    assert_eq!(good, [true, false, false, true, true]);
    let marks: Vec<(u32, u32)> = found.iter().map(|d| (d.start.line, d.start.offset)).collect();
    assert_eq!(marks, [(1, 0), (2, 5), (4, 14), (6, 23), (9, 36)]);
}

#[test]
fn places_count_from_the_start_of_the_file() {
    let text = "a: 1\n---\nä: é\nlist:\n  - x\n  - {y: z}\n";
    let found = read(text);
    let root = found[1].content.as_ref().expect("good").as_ref().expect("not empty");
    let slice = |span: Span| &text[span.start.offset as usize..span.end.offset as usize];
    let entry = &root.as_map().expect("a map")[0];
    assert_eq!((slice(entry.key_span), slice(entry.value.span)), ("ä", "é"));
    assert_eq!((entry.value.span.start.line, entry.value.span.start.column), (3, 4));
    let items = root.get("list").and_then(Node::as_seq).expect("a list");
    assert_eq!(slice(items[1].span), "{y: z}");
    assert_eq!((items[1].span.start.line, items[1].span.start.column), (6, 5));
}

#[test]
fn limits_hold() {
    let small = Limits { bytes: 200, depth: 3, nodes: 40, documents: 2 };
    let refused = |text: &str| match parse_documents(text.as_bytes(), &small) {
        Err(error) => error.message,
        Ok(documents) => {
            documents.into_iter().find_map(|d| d.content.err()).expect("some document is refused").message
        }
    };
    assert_eq!(refused(&"a".repeat(201)), "file of 201 bytes is over the limit of 200");
    assert_eq!(refused("---\n---\n---\n"), "more than 2 documents in one file");
    assert_eq!(refused("[[[[]]]]"), "Nested deeper than 3 levels");
    assert_eq!(refused("- - - - a"), "Nested deeper than 3 levels");
    assert_eq!(refused("a: &a [[x]]\nb: [*a]\n"), "Nested deeper than 3 levels");
    assert_eq!(refused(&"- a\n".repeat(40)), "More than 40 values in one file, aliases expanded");
    let laughs = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n";
    assert_eq!(refused(laughs), "More than 40 values in one file, aliases expanded");
    let latin = parse_documents(b"a: 1\nb: \xe9", &small).expect_err("not UTF-8");
    assert_eq!(latin.to_string(), "file is not UTF-8 text at line 2, column 4");
}

#[test]
fn a_refused_document_gives_its_nodes_back() {
    let limits = Limits { nodes: 50, ..Limits::default() };
    let text = format!("{}---\nb: 1\n", "- a\n".repeat(60));
    let found = parse_documents(text.as_bytes(), &limits).expect("readable");
    assert!(found[0].content.is_err() && found[1].content.is_ok());
}

#[test]
fn aliases_of_exponential_growth_end_quickly() {
    let mut text = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..60 {
        let below = level - 1;
        writeln!(text, "a{level}: &a{level} [*a{below}, *a{below}]").expect("a string takes all");
    }
    assert!(error(&text).starts_with("More than 500000 values in one file"));
}

#[test]
fn aliases_cannot_repeat_a_long_text_without_end() {
    let limits = Limits { bytes: 2_000, ..Limits::default() };
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(500), "*a, ".repeat(10));
    let error = parse_one(text.as_bytes(), &limits).expect_err("too much text");
    assert_eq!(error.message, "Aliases repeat too much text");
}

#[test]
fn large_maps_find_their_repeats() {
    let mut text = String::new();
    for number in 0..2000 {
        writeln!(text, "k{number}: {number}").expect("a string takes all");
    }
    assert!(json(&text).ends_with("\"k1999\":1999}"));
    text.push_str("k1000: again\n");
    assert_eq!(error(&text), "Map keys must be unique at line 2001, column 1");
}

proptest! {
    #[test]
    fn flow_json_reads_as_json(
        texts in prop::collection::vec("[ -~]{0,12}", 0..6),
        numbers in prop::collection::vec(any::<i32>(), 0..6),
    ) {
        let value = serde_json::json!({ "texts": texts, "numbers": numbers, "nested": [{ "a": null }] });
        prop_assert_eq!(json(&value.to_string()), value.to_string());
    }

    #[test]
    fn numbers_print_as_they_read(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
        let printed = number::print(number);
        let read: f64 = printed.parse().expect("a number");
        prop_assert!(read.total_cmp(&number).is_eq() || number == 0.0, "{printed}");
    }

    #[test]
    fn nothing_panics_and_neighbours_survive(middle in "[a-z:{}\\[\\]\"'|>&*!%@#, \n\t-]{0,60}") {
        let middle = middle.replace("\n-", "\n ").replace("\n.", "\n ");
        let text = format!("first: 1\n---\n {middle}\n---\nlast: 2\n");
        let found = read(&text);
        prop_assert_eq!(found.len(), 3);
        prop_assert!(found[0].content.is_ok() && found[2].content.is_ok());
    }
}

#[test]
fn documents_come_one_by_one_and_too_many_are_refused_before_the_first() {
    let limits = Limits { documents: 3, ..Limits::default() };
    let text = "a: 1\n---\nb: [\n---\nc: 3\n";
    let mut found = documents(text.as_bytes(), &limits).expect("three are not too many");
    assert_eq!(
        found.by_ref().map(|it| (it.index, it.content.is_ok())).collect::<Vec<_>>(),
        [(0, true), (1, false), (2, true)]
    );
    assert_eq!(found.next(), None);
    // The smallest file of so many documents: markers alone.
    for markers in 1..8 {
        let text = "---\n".repeat(markers);
        for text in [text.as_str(), text.trim_end()] {
            assert_eq!(documents(text.as_bytes(), &limits).is_ok(), markers <= 3, "{text:?}");
        }
    }
}
