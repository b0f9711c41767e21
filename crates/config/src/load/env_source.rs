//! `APP_CONFIG_a_b=value`: the source above all files.

use indexmap::IndexMap;

use crate::value::{Data, Origin, Value};
use crate::{Environment, Place, Problem};

const PREFIX: &str = "APP_CONFIG_";

/// The tree that the environment writes, `None` when it writes nothing.
pub(crate) fn env_source(environment: &Environment, problems: &mut Vec<Problem>) -> Option<Value> {
    let mut root: Option<Value> = None;
    for (name, text) in environment.iter() {
        let Some(path) = name.strip_prefix(PREFIX).filter(|_| !text.is_empty()) else { continue };
        let origin = Origin { place: Place::whole(&format!("env {name}")), via: Vec::new() };
        let root = root.get_or_insert_with(|| Value::new(Data::Map(IndexMap::new()), origin.clone()));
        if let Err(problem) = put(root, path, text, &origin) {
            problems.push(problem.at(Some(&origin.place)));
        }
    }
    root
}

fn put(root: &mut Value, path: &str, text: &str, origin: &Origin) -> Result<(), Problem> {
    let key = path.replace('_', ".");
    let parts: Vec<&str> = path.split('_').collect();
    if !parts.iter().all(|part| is_key_part(part)) {
        return Err(Problem::error(key, format!("Invalid env config key '{path}'"))
            .fix("each part between underscores is a letter, then letters and digits, joined by - or :"));
    }
    let (last, parents) = parts.split_last().expect("a split has at least one part");
    let mut at = root;
    for (index, part) in parents.iter().enumerate() {
        let Data::Map(map) = &mut at.data else { return Err(under_scalar(&key, path, &parts, index)) };
        at = map
            .entry((*part).to_owned())
            .or_insert_with(|| Value::new(Data::Map(IndexMap::new()), origin.clone()));
    }
    let Data::Map(map) = &mut at.data else { return Err(under_scalar(&key, path, &parts, parents.len())) };
    if map.contains_key(*last) {
        return Err(Problem::error(&*key, format!("Refusing to override existing config at key '{path}'"))
            .fix("set either the parent or the child"));
    }
    let json = serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::String(text.to_owned()));
    if json.is_null() {
        return Err(Problem::error(
            key,
            format!(
                "Failed to parse JSON-serialized config value for key '{path}', Error: value may not be null"
            ),
        )
        .fix("unset the variable; a file can hide a key with null"));
    }
    map.insert((*last).to_owned(), Value::from_json(json, origin));
    Ok(())
}

fn under_scalar(key: &str, path: &str, parts: &[&str], index: usize) -> Problem {
    let parent = parts.iter().take(index).copied().collect::<Vec<_>>().join("_");
    Problem::error(key, format!("Could not nest config for key '{path}' under existing value '{parent}'"))
        .fix("set either the parent or the child")
}

/// `^[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)*$`, any case; underscores are the separator here.
fn is_key_part(part: &str) -> bool {
    part.starts_with(|first: char| first.is_ascii_alphabetic())
        && part
            .split(['-', '_', ':'])
            .all(|run| !run.is_empty() && run.chars().all(|letter| letter.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> (Option<Value>, Vec<String>) {
        let mut problems = Vec::new();
        let value = env_source(&pairs.iter().copied().collect(), &mut problems);
        (value, problems.into_iter().map(|problem| problem.message).collect())
    }

    fn child<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
        match &value.data {
            Data::Map(map) => map.get(key),
            _ => None,
        }
    }

    fn at<'a>(value: &'a Value, path: &str) -> &'a Data {
        &path.split('.').fold(value, |value, key| child(value, key).expect("a child")).data
    }

    #[test]
    fn values_are_json_or_else_text() {
        let (value, problems) = load(&[
            ("APP_CONFIG_a_x", "55"),
            ("APP_CONFIG_a_y", "true"),
            ("APP_CONFIG_a_z", "plain {text"),
            ("APP_CONFIG_zz_kk", r#"{"m":[1]}"#),
            ("APP_CONFIG_with-dash_b:c", "\"quoted\""),
            ("APP_CONFIG_empty", ""),
            ("OTHER", "1"),
        ]);
        let value = value.expect("a tree");
        assert_eq!(problems, Vec::<String>::new());
        assert!(matches!(at(&value, "a.x"), Data::Number(n) if n.as_i64() == Some(55)));
        assert!(matches!(at(&value, "a.y"), Data::Bool(true)));
        assert!(matches!(at(&value, "a.z"), Data::String(text) if text == "plain {text"));
        assert!(matches!(at(&value, "zz.kk.m"), Data::Seq(items) if items.len() == 1));
        assert!(matches!(at(&value, "with-dash.b:c"), Data::String(text) if text == "quoted"));
        assert!(child(&value, "empty").is_none());
    }

    #[test]
    fn what_is_refused() {
        let one = |pairs: &[(&str, &str)]| load(pairs).1.join("; ");
        assert_eq!(one(&[("APP_CONFIG_a__b", "1")]), "Invalid env config key 'a__b'");
        assert_eq!(one(&[("APP_CONFIG_9a", "1")]), "Invalid env config key '9a'");
        assert_eq!(one(&[("APP_CONFIG_", "1")]), "Invalid env config key ''");
        assert_eq!(
            one(&[("APP_CONFIG_a", "1"), ("APP_CONFIG_a_b", "2")]),
            "Could not nest config for key 'a_b' under existing value 'a'"
        );
        assert_eq!(
            one(&[("APP_CONFIG_a", r#"{"b":1}"#), ("APP_CONFIG_a_b", "2")]),
            "Refusing to override existing config at key 'a_b'"
        );
        assert!(one(&[("APP_CONFIG_a", "null")]).contains("value may not be null"));
    }

    #[test]
    fn a_variable_is_its_own_place() {
        let (value, _) = load(&[("APP_CONFIG_a_b", "1")]);
        let place =
            value.as_ref().and_then(|v| child(child(v, "a")?, "b")).map(|v| v.origin.place.to_string());
        assert_eq!(place.as_deref(), Some("env APP_CONFIG_a_b"));
    }

    #[test]
    fn key_parts() {
        for good in ["a", "aB9", "a-b", "a_b", "a:b-9"] {
            assert!(is_key_part(good), "{good}");
        }
        for bad in ["", "9", "-a", "a-", "a--b", "a.b", "/a", "ä"] {
            assert!(!is_key_part(bad), "{bad}");
        }
    }
}
