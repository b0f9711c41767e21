use super::*;

fn read(text: &str) -> Vec<Document> {
    parse_documents(text.as_bytes(), &Limits::default()).expect("readable text")
}

fn json(text: &str) -> String {
    let root = parse_one(text.as_bytes(), &Limits::default()).expect("one document");
    root.map_or_else(|| "null".to_owned(), |node| node.to_json().to_string())
}

#[test]
fn core_schema() {
    assert_eq!(
        json(
            "- 1e3\n- 1.0\n- -0\n- 1.\n- .5\n- +12\n- 012\n- 0o14\n- 0x1F\n- 1e999\n- 0o8\n- 1_000\n- yes\n- .nan"
        ),
        r#"[1000,1,0,1,0.5,12,12,12,31,null,"0o8","1_000","yes",null]"#
    );
    assert_eq!(json("12345678901234567890"), "12345678901234567000");
    assert_eq!(json("a: {{ name }}"), r#"{"a":{"{ name }":null}}"#);
    assert_eq!(read("a\n...\n---\n").len(), 2);
}
