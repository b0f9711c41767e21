//! Values as text of a YAML or JSON file.

use serde_json::Value as Json;

/// A scalar or a flow collection, on one line.
pub(super) fn inline(value: &Json, is_json: bool) -> String {
    match value {
        Json::String(text) if !is_json => scalar(text),
        Json::Array(items) if !is_json => {
            format!("[{}]", items.iter().map(|item| inline(item, false)).collect::<Vec<_>>().join(", "))
        }
        Json::Object(map) if !is_json => {
            if map.is_empty() {
                return "{}".to_owned();
            }
            let entries: Vec<String> =
                map.iter().map(|(key, item)| format!("{}: {}", scalar(key), inline(item, false))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

/// `key: value` as lines of a block map, each with its end.
pub(super) fn entry(key: &str, value: &Json, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let key = scalar(key);
    match value {
        Json::Object(map) if !map.is_empty() => {
            let inner: String = map.iter().map(|(key, item)| entry(key, item, indent + 2)).collect();
            format!("{pad}{key}:\n{inner}")
        }
        Json::Array(items) if !items.is_empty() => {
            let items = items.iter().map(|item| format!("{pad}  - {}", inline(item, false)));
            let inner = items.collect::<Vec<_>>().join("\n");
            format!("{pad}{key}:\n{inner}\n")
        }
        other => format!("{pad}{key}: {}\n", inline(other, false)),
    }
}

/// A string as YAML: plain where every reader takes it for the same string, else in single or double quotes.
fn scalar(text: &str) -> String {
    let plain = !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_' || c == '$')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._/-@$+".contains(c))
        && !is_word_of_another_type(text);
    if plain {
        return text.to_owned();
    }
    if text.chars().any(|c| c.is_control() || c == '\u{feff}' || c == '\u{2028}' || c == '\u{2029}') {
        return Json::from(text).to_string();
    }
    if text.contains('\'') && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn is_word_of_another_type(text: &str) -> bool {
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn values_are_lines() {
        let value = json!({"a": {"b c": [1, "x", {"d": null}]}, "e": "", "f": {}});
        assert_eq!(
            entry("k", &value, 2),
            "  k:\n    a:\n      'b c':\n        - 1\n        - x\n        - { d: null }\n    e: ''\n    f: {}\n"
        );
        assert_eq!(inline(&json!(["*", "a"]), false), "['*', a]");
        assert_eq!(inline(&json!(["'self'"]), false), "[\"'self'\"]");
        assert_eq!(inline(&json!(["*", "a"]), true), "[\"*\",\"a\"]");
    }

    proptest! {
        #[test]
        fn strings_come_back(text in "\\PC{0,12}|[a-z0-9_:#{}\\[\\]'\"\n\t .-]{0,12}") {
            let line = format!("k: {}\n", inline(&Json::from(text.clone()), false));
            let node = untrusted::yaml::parse_one(line.as_bytes(), &untrusted::yaml::Limits::default());
            let read = node.expect("YAML").expect("a value").to_json();
            prop_assert_eq!(&read["k"], &Json::from(text));
        }
    }
}
