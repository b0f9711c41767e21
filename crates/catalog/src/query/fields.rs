//! The `fields` parameter: which parts of each entity to keep.

use std::borrow::Cow;

use super::error::QueryError;
use super::scan::Members;

/// Different fields one request may name.
const MAX_FIELDS: usize = 256;

/// Dotted paths to keep, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields(Vec<Vec<String>>);

impl Fields {
    /// Reads comma-separated lists; `None` when they name nothing, which keeps everything.
    pub(super) fn parse<'f>(lists: impl Iterator<Item = &'f str>) -> Result<Option<Self>, QueryError> {
        let mut names: Vec<&str> = Vec::new();
        for name in lists.flat_map(|list| list.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
            if name.contains('[') {
                return Err(QueryError::input("invalid fields, array type fields are not supported"));
            }
            if !names.contains(&name) {
                names.push(name);
            }
            if names.len() > MAX_FIELDS {
                return Err(QueryError::input(format!("invalid fields, more than {MAX_FIELDS} of them")));
            }
        }
        let paths = names.iter().map(|name| name.split('.').map(str::to_owned).collect());
        Ok((!names.is_empty()).then(|| Self(paths.collect())))
    }

    /// Appends the parts of a body that are kept.
    ///
    /// A name's parts may be one key (`metadata.annotations.backstage.io/owner`): at each level the
    /// shortest run of parts that is a key is taken.
    pub(super) fn project(&self, body: &str, out: &mut Vec<u8>) {
        let paths: Vec<&[String]> = self.0.iter().map(Vec::as_slice).collect();
        if !project(body.as_bytes(), &paths, out) {
            out.extend_from_slice(b"{}");
        }
    }
}

/// Appends an object of what the paths lead to; appends nothing and says so if that is nothing.
/// Goes no deeper than the longest path.
fn project(object: &[u8], paths: &[&[String]], out: &mut Vec<u8>) -> bool {
    // For each path: which member it goes through, and how many of its parts that takes.
    let mut through: Vec<Option<(usize, usize)>> = vec![None; paths.len()];
    let mut members: Vec<(&[u8], &[u8])> = Vec::new();
    for (raw, value) in Members::of(object) {
        let key = decoded(raw);
        let mut needed = false;
        for (path, through) in paths.iter().zip(&mut through) {
            if let Some(parts) = parts_of_key(&key, path)
                && through.is_none_or(|(_, known)| parts < known)
            {
                *through = Some((members.len(), parts));
                needed = true;
            }
        }
        if needed {
            members.push((raw, value));
        }
    }
    let start = out.len();
    let mut written = vec![false; members.len()];
    for at in 0..paths.len() {
        let Some((member, _)) = through[at] else { continue };
        if std::mem::replace(&mut written[member], true) {
            continue;
        }
        let mut rests: Vec<&[String]> = Vec::new();
        for (path, through) in paths.iter().zip(&through) {
            if let Some((same, parts)) = through
                && *same == member
            {
                rests.push(&path[*parts..]);
            }
        }
        let (key, value) = members[member];
        let before = out.len();
        out.push(if before == start { b'{' } else { b',' });
        out.extend_from_slice(key);
        out.push(b':');
        if rests.iter().any(|rest| rest.is_empty()) {
            out.extend_from_slice(value);
        } else if !project(value, &rests, out) {
            out.truncate(before);
        }
    }
    if out.len() == start {
        return false;
    }
    out.push(b'}');
    true
}

/// The text of a key that still has its quotes.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.contains(&b'\\') {
        let text: String = serde_json::from_slice(raw).unwrap_or_default();
        Cow::Owned(text.into_bytes())
    } else {
        Cow::Borrowed(&raw[1..raw.len() - 1])
    }
}

/// How many parts of the path, joined by dots, are this key.
fn parts_of_key(key: &[u8], path: &[String]) -> Option<usize> {
    let mut rest = key;
    for (at, part) in path.iter().enumerate() {
        rest = rest.strip_prefix(part.as_bytes())?;
        if rest.is_empty() {
            return Some(at + 1);
        }
        rest = rest.strip_prefix(b".")?;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn kept(body: &Value, fields: &str) -> Value {
        let fields = Fields::parse([fields].into_iter()).expect("sound fields").expect("some fields");
        let mut out = Vec::new();
        fields.project(&body.to_string(), &mut out);
        serde_json::from_slice(&out).expect("a projection is JSON")
    }

    /// The same, slowly: each field is looked up and set in a tree.
    fn slowly(body: &Value, fields: &[Vec<String>]) -> Value {
        let mut out = Value::Object(Map::new());
        for path in fields {
            let (mut at, mut keys, mut part) = (body, Vec::new(), String::new());
            for piece in path {
                if !part.is_empty() {
                    part.push('.');
                }
                part.push_str(piece);
                if let Some(inner) = at.as_object().and_then(|map| map.get(&part)) {
                    keys.push(std::mem::take(&mut part));
                    at = inner;
                }
            }
            if !part.is_empty() || keys.is_empty() {
                continue;
            }
            let mut place = &mut out;
            for key in keys {
                place = &mut place[key];
            }
            *place = at.clone();
        }
        out
    }

    #[test]
    fn subtrees_are_kept_and_the_rest_is_cut() {
        let body = json!({ "kind": "API", "metadata": { "name": "a", "labels": { "x": "1" } }, "spec": [1] });
        assert_eq!(kept(&body, "kind, metadata.name"), json!({ "kind": "API", "metadata": { "name": "a" } }));
        assert_eq!(kept(&body, "metadata,metadata.name"), json!({ "metadata": body["metadata"] }));
        assert_eq!(kept(&body, "spec.0,metadata.name.x,nothing"), json!({}));
    }

    #[test]
    fn keys_with_dots_are_found_greedily() {
        let body =
            json!({ "metadata": { "annotations": { "a.io/x.y": 1, "a\"\\é": 2, "a": { "io/x": 3 } } } });
        assert_eq!(
            kept(&body, "metadata.annotations.a.io/x"),
            json!({ "metadata": { "annotations": { "a": { "io/x": 3 } } } })
        );
        assert_eq!(
            kept(&body, "metadata.annotations.a\"\\é"),
            json!({ "metadata": { "annotations": { "a\"\\é": 2 } } })
        );
        let alone = json!({ "annotations": { "a.io/x.y": 1 } });
        assert_eq!(kept(&alone, "annotations.a.io/x.y"), alone);
    }

    #[test]
    fn arrays_are_refused_and_fields_are_bounded() {
        let refused = Fields::parse(["a[0]"].into_iter()).expect_err("an array field");
        assert_eq!(refused.to_string(), "invalid fields, array type fields are not supported");
        let many: Vec<String> = (0..=MAX_FIELDS).map(|n| format!("f{n}")).collect();
        assert!(Fields::parse(many.iter().map(String::as_str)).is_err());
        assert_eq!(Fields::parse([" , ,"].into_iter()), Ok(None));
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            Just(json!(-1.5)),
            Just(json!("},\"\\")),
            Just(json!([{"a": [1]}]))
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let keys = prop::sample::select(&["a", "b", "a.b", "b.a", "a.b.c", "c", "é"][..]);
            prop::collection::vec((keys, inner), 0..5).prop_map(|entries| {
                Value::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            })
        })
    }

    proptest! {
        #[test]
        fn projecting_text_is_projecting_the_tree(
            body in prop::collection::vec(values(), 2).prop_map(|parts| json!({ "a": parts[0], "b": parts[1] })),
            fields in prop::collection::vec(
                prop::collection::vec(prop::sample::select(&["a", "b", "c", "é"][..]), 1..5), 1..5),
        ) {
            let names: Vec<String> = fields.iter().map(|path| path.join(".")).collect();
            let parsed = Fields::parse(names.iter().map(String::as_str)).expect("sound").expect("some");
            prop_assert_eq!(kept(&body, &names.join(",")), slowly(&body, &parsed.0));
        }

        #[test]
        fn any_text_is_projected_without_a_panic(text in r#"[{}\[\]":,\\ a-c0-9.]{0,60}"#, name in "[a-c.]{1,6}") {
            if let Ok(Some(fields)) = Fields::parse([name.as_str()].into_iter()) {
                fields.project(&text, &mut Vec::new());
            }
        }
    }
}
