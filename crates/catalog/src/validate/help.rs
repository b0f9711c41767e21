//! How to mend what is wrong, in a sentence, where there is one that helps.

use model::entity::Part;
use model::{EntityError, Stage};
use serde_json::Value;

const SKELETON: &str =
    "this looks like part of a template: it is an entity only after the template has run, so leave it out";

/// Kinds with the `apiVersion` to write for them.
const KINDS: [(&str, &str); 10] = [
    ("API", "backstage.io/v1alpha1"),
    ("AiResource", "backstage.io/v1alpha1"),
    ("Component", "backstage.io/v1alpha1"),
    ("Domain", "backstage.io/v1alpha1"),
    ("Group", "backstage.io/v1alpha1"),
    ("Location", "backstage.io/v1alpha1"),
    ("Resource", "backstage.io/v1alpha1"),
    ("System", "backstage.io/v1alpha1"),
    ("Template", "scaffolder.backstage.io/v1beta3"),
    ("User", "backstage.io/v1alpha1"),
];

/// How to mend YAML that cannot be read.
pub(super) fn for_yaml(message: &str) -> Option<&'static str> {
    if message.contains("directive indicator character %") {
        return Some(SKELETON);
    }
    if message.starts_with("Map keys must be unique") {
        return Some("remove one of them; between two entities put a line `---`");
    }
    None
}

/// How to mend a document that is refused.
pub(super) fn for_error(error: &EntityError, document: &Value) -> Option<String> {
    let pointer = error.pointer.as_deref().unwrap_or_default();
    let value = document.pointer(pointer).unwrap_or(&Value::Null);
    if value.as_str().is_some_and(|text| text.contains("{{")) {
        return Some(SKELETON.to_owned());
    }
    match error.stage {
        Stage::Shape => {
            Some("a document of a catalog file is a map with apiVersion, kind and metadata".to_owned())
        }
        Stage::Unrecognized => Some(for_unknown_kind(document)),
        Stage::Relations => {
            Some("write a ref as [<kind>:][<namespace>/]<name>, for example component:shop".to_owned())
        }
        Stage::Envelope | Stage::Policy | Stage::Kind => {
            if let Some(field) = quoted(&error.message, "must have required property '") {
                return Some(match pointer.strip_prefix('/') {
                    None => format!("add `{field}:` to the document"),
                    Some(path) => format!("add `{field}:` below `{}`", path.replace('/', ".")),
                });
            }
            if error.part == Part::Key && pointer.matches('/').count() == 1 {
                return Some(
                    "only apiVersion, kind, metadata and spec may stand here; move it below one of them"
                        .to_owned(),
                );
            }
            for_type(&error.message, value).or_else(|| for_format(pointer, error.part, value))
        }
    }
}

/// The text between `before` and the next quote.
fn quoted<'a>(message: &'a str, before: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(before)?;
    rest.split_once('\'').map(|(field, _)| field)
}

fn for_type(message: &str, value: &Value) -> Option<String> {
    let wants = |kind: &str| message.contains(&format!(" must be {kind}"));
    match value {
        Value::Null if wants("array") => Some("write `[]` for an empty list, or remove the field".to_owned()),
        Value::Null => Some("give it a value, or remove the field".to_owned()),
        Value::Number(_) | Value::Bool(_) if wants("string") => {
            Some(format!("put it in quotes: \"{value}\""))
        }
        Value::String(_) if wants("array") => {
            Some("write it as a list, one line `- …` for each item".to_owned())
        }
        _ => None,
    }
}

fn for_format(pointer: &str, part: Part, value: &Value) -> Option<String> {
    let mut steps = pointer.split('/').skip(1);
    let (Some("metadata"), Some(field)) = (steps.next(), steps.next()) else { return None };
    let text = value.as_str()?;
    let is_format_rule = matches!(field, "name" | "namespace" | "tags");
    if !is_format_rule || part == Part::Key {
        return None;
    }
    if text.len() > 63 {
        return Some(format!("it has {} characters; 63 are allowed", text.chars().count()));
    }
    let fold = field != "name";
    let plain = slug(text, fold);
    (!plain.is_empty() && plain != text).then(|| format!("for example `{plain}`"))
}

/// `text` with everything but letters and digits turned to single dashes.
fn slug(text: &str, fold: bool) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    if fold { slug.to_ascii_lowercase() } else { slug }
}

fn for_unknown_kind(document: &Value) -> String {
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
    let kind = text("kind");
    match KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)) {
        Some((name, _)) if *name != kind => format!("write it `{name}`: case counts here"),
        Some((name, api_version)) => format!("kind {name} goes with `apiVersion: {api_version}`"),
        None => {
            let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
            format!("kinds that are known: {}", names.join(", "))
        }
    }
}
