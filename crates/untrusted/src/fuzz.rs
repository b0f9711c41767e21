//! Bodies of fuzz targets: plain functions that take any bytes and assert what must always hold.
//!
//! `fuzz/` runs them under cargo-fuzz; the test below runs them over mutated seeds on every build.

use std::collections::HashSet;

use crate::{
    glob::{Glob, TextGlob},
    json, query,
    request_path::RequestPath,
    yaml,
};

/// YAML: limits hold, places are within the file, keys are unique, neighbours are left alone.
pub fn yaml(data: &[u8]) {
    let limits = yaml::Limits { bytes: 64 << 10, depth: 12, nodes: 2_000, documents: 100 };
    let Ok(documents) = yaml::parse_documents(data, &limits) else { return };
    let text = std::str::from_utf8(data).expect("text, or it would have been refused");
    let mut nodes = 0;
    for (index, document) in documents.iter().enumerate() {
        assert_eq!(document.index, index);
        assert!(text.is_char_boundary(document.start.offset as usize));
        match &document.content {
            Ok(Some(root)) => check_node(root, text, limits.depth, &mut nodes),
            Ok(None) => {}
            Err(error) => assert!(text.is_char_boundary(error.mark.offset as usize), "{error}"),
        }
    }
    assert!(nodes <= limits.nodes);
    let starts: Vec<u32> = documents.iter().map(|document| document.start.offset).collect();
    assert!(starts.is_sorted());

    // A directive at the end of the data would belong to the document after it.
    let framed = [b"first: 1\n---\n", data, b"\n...\n---\nlast: 2\n"].concat();
    let roomy = yaml::Limits { bytes: 65 << 10, documents: 105, ..limits };
    let around = yaml::parse_documents(&framed, &roomy).expect("a readable file");
    let value = |document: Option<&yaml::Document>, key: &str| {
        let root = document.and_then(|document| document.content.as_ref().ok()?.as_ref());
        root.and_then(|root| root.get(key)).is_some()
    };
    assert!(value(around.first(), "first") && value(around.last(), "last"));
}

fn check_node(node: &yaml::Node, text: &str, depth: usize, nodes: &mut usize) {
    *nodes = nodes.saturating_add(1);
    let (start, end) = (node.span.start.offset as usize, node.span.end.offset as usize);
    assert!(start <= end && text.get(start..end).is_some(), "{:?}", node.span);
    let inner = depth.checked_sub(1);
    match &node.value {
        yaml::Value::Seq(items) => {
            let inner = inner.expect("collections no deeper than the limit");
            for item in items {
                check_node(item, text, inner, nodes);
            }
        }
        yaml::Value::Map(entries) => {
            let inner = inner.expect("collections no deeper than the limit");
            let keys: HashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
            assert_eq!(keys.len(), entries.len(), "a key twice");
            for entry in entries {
                check_node(&entry.value, text, inner, nodes);
            }
        }
        _ => {}
    }
}

/// JSON: accepted texts are accepted by another parser, and come back as they went.
pub fn json(data: &[u8]) {
    let limits = json::Limits { bytes: 64 << 10, depth: 32, nodes: 5_000 };
    match json::parse(data, &limits) {
        Ok(value) => {
            let printed = value.to_string();
            assert_eq!(json::parse(printed.as_bytes(), &json::Limits::default()).as_ref(), Ok(&value));
            if let Err(error) = serde_json::from_slice::<serde_json::Value>(data) {
                assert!(error.to_string().contains("out of range"), "{error}");
            }
        }
        Err(error) => assert!(!error.message.is_empty() && error.offset <= data.len().max(limits.bytes)),
    }
}

/// Request paths: nothing accepted steps upwards, and a second pass changes nothing.
pub fn request_path(data: &[u8]) {
    let Ok(found) = RequestPath::parse(data) else { return };
    assert!(found.as_str().starts_with('/') && !found.as_str().contains(['\\', '\0']));
    for segment in found.segments() {
        assert!(segment.chars().any(|c| c != '.' && c != ' '), "{segment:?}");
    }
    let again = RequestPath::parse(found.encoded().as_bytes()).expect("a canonical path is accepted");
    assert_eq!(again.as_str(), found.as_str());
    assert_eq!(again.has_trailing_slash(), found.has_trailing_slash());
}

/// Query strings: limits hold, and what is decoded can be encoded again.
pub fn query(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = query::Limits { bytes: 64 << 10, pairs: 100 };
    let Ok(pairs) = query::parse(text, &limits) else { return };
    assert!(pairs.len() <= limits.pairs);
    let printed = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let roomy = query::Limits { bytes: usize::MAX, pairs: 100 };
    assert_eq!(query::parse(&printed, &roomy), Ok(pairs));
}

/// Globs: the first line is the pattern, the rest a path. Folders of a match may be descended.
pub fn glob(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (pattern, path) = text.split_once('\n').unwrap_or((text, "a/b.yaml"));
    if let Ok(found) = Glob::parse(pattern)
        && found.matches(path)
    {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        for folder in folders {
            assert!(found.may_descend(folder), "{folder}");
        }
        let hidden = path.split('/').any(|name| matches!(name, "." | ".."));
        assert!(!hidden, "no wildcard stands for a dot segment");
    }
    if pattern.starts_with('#') || pattern.len() > 1_000 {
        return;
    }
    if let Ok(found) = TextGlob::parse(pattern) {
        let negated = TextGlob::parse(&format!("!{pattern}")).expect("as good as without");
        assert_ne!(found.matches(path), negated.matches(path));
    }
}

#[cfg(test)]
mod tests;
