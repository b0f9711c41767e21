//! Placeholders: a map whose only key is `$text`, `$json` or `$yaml` stands for what a file holds.

use std::path::Path;

use model::LocationRef;
use serde_json::Value;
use untrusted::yaml;

use super::location::{base_folder, normalized};
use super::{Settings, reader::Purpose};

/// What a placeholder makes of the bytes it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    Yaml,
}

/// One placeholder of a document.
#[derive(Clone, Debug)]
pub(super) struct Placeholder {
    /// JSON pointer to the map that stands for it.
    pub pointer: String,
    /// Its key, `$` included.
    pub key: String,
    pub format: Format,
    /// What it names, as written.
    pub value: Value,
}

impl Placeholder {
    /// What kind of read it needs.
    pub(super) const PURPOSE: Purpose = Purpose::Placeholder;
}

/// Finds the placeholders of a document, up to one more than `most`.
pub(super) fn find(document: &Value, most: usize) -> Vec<Placeholder> {
    let mut found = Vec::new();
    visit(document, &mut String::new(), most, &mut found);
    found
}

fn visit(value: &Value, pointer: &mut String, most: usize, found: &mut Vec<Placeholder>) {
    let length = pointer.len();
    match value {
        Value::Object(map) => {
            if let Some((key, value)) = map.iter().next()
                && map.len() == 1
                && let Some(format) = format_of(key)
            {
                if found.len() <= most {
                    let (pointer, value) = (pointer.clone(), value.clone());
                    found.push(Placeholder { pointer, key: key.clone(), format, value });
                }
                return;
            }
            // A `$` among other keys means something else; what lies below it is left alone too.
            if map.keys().any(|key| key.starts_with('$')) {
                return;
            }
            for (key, value) in map {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                visit(value, pointer, most, found);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                visit(value, pointer, most, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

fn format_of(key: &str) -> Option<Format> {
    match key {
        // API descriptions are taken as they are written; references in them are not bundled.
        "$text" | "$openapi" | "$asyncapi" => Some(Format::Text),
        "$json" => Some(Format::Json),
        "$yaml" => Some(Format::Yaml),
        _ => None,
    }
}

/// What a placeholder in the file at `base` names, or why it may not.
///
/// A file is read only beneath the folder of the configured location or the working directory: what
/// an entity shows to everybody must not be chosen from the whole disk.
pub(super) fn resolve(
    placeholder: &Placeholder,
    base: &LocationRef,
    root: &LocationRef,
    settings: &Settings,
) -> Result<LocationRef, String> {
    let key = &placeholder.key;
    let Value::String(value) = &placeholder.value else {
        return Err(format!(
            "Placeholder {key} expected a string value parameter, in the form of an absolute URL or a relative path"
        ));
    };
    let refuse = |why: &str| {
        format!("Placeholder {key} could not form a URL out of {} and {value}, {why}", base.target())
    };
    let absolute = url::Url::parse(value).ok();
    if base.kind() == "file" && absolute.is_none() {
        let folder = Path::new(base.target()).parent().unwrap_or(Path::new("/"));
        let path = normalized(&folder.join(value));
        if !within(&path, root, &settings.working_directory) {
            return Err(refuse(
                "it leads out of the folder of the configured location; move the file beneath that folder",
            ));
        }
        return LocationRef::new("file", &path).map_err(|error| refuse(&error.to_string()));
    }
    let target = settings.scm.resolve(value, base.target()).ok_or_else(|| refuse("neither is a URL"))?;
    let url = url::Url::parse(&target).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("only http and https are read"));
    }
    if let (Some(ours), Some(theirs)) = (
        url::Url::parse(base.target()).ok().and_then(|base| settings.scm.repository(&base)),
        settings.scm.repository(&url),
    ) && ours != theirs
    {
        return Err(refuse("Placeholder may only reference files from the same repository as the entity"));
    }
    LocationRef::new("url", &target).map_err(|error| refuse(&error.to_string()))
}

/// Whether `path` lies beneath the folder of a configured `file` location or the working directory.
pub(super) fn within(path: &str, root: &LocationRef, working_directory: &Path) -> bool {
    let path = Path::new(path);
    let beneath_root = root.kind() == "file" && path.starts_with(base_folder(root.target()));
    beneath_root || path.starts_with(working_directory)
}

/// What the bytes mean.
pub(super) fn value_of(
    placeholder: &Placeholder,
    bytes: &[u8],
    limits: &yaml::Limits,
) -> Result<Value, String> {
    let Placeholder { key, value, .. } = placeholder;
    let at = value.as_str().unwrap_or_default();
    match placeholder.format {
        Format::Text => Ok(Value::String(String::from_utf8_lossy(bytes).into_owned())),
        Format::Json => serde_json::from_slice(bytes)
            .map_err(|error| format!("Placeholder {key} failed to parse JSON data at {at}, {error}")),
        Format::Yaml => match yaml::parse_one(bytes, limits) {
            Ok(Some(node)) => Ok(node.into_json()),
            Ok(None) => Err(format!(
                "Placeholder {key} expected to find exactly one document of data at {at}, found 0"
            )),
            Err(error) => Err(format!("Placeholder {key} found an error in the data at {at}, {error}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_lone_known_key_is_a_placeholder() {
        let document = json!({
            "a": {"$text": "./a"}, "b": [{"$json": "b"}], "c": {"$text": "x", "d": {"$text": "y"}},
            "e": {"$unknown": "z"}, "f/g": {"$yaml": "./f"},
        });
        let found: Vec<_> = find(&document, 10).into_iter().map(|found| found.pointer).collect();
        assert_eq!(found, ["/a", "/b/0", "/f~1g"]);
        assert_eq!(find(&json!(vec![json!({"$text": "x"}); 9]), 3).len(), 4);
    }

    fn resolved(value: &str, base: &str, root: &str) -> Result<String, String> {
        let at = |text| LocationRef::parse(text).expect("a location");
        let scm = super::super::ScmHosts::new(vec![("github.com".into(), super::super::ScmKind::GitHub)]);
        let settings =
            Settings { scm, working_directory: "/portal".into(), ..super::super::tests::settings() };
        let placeholder = find(&json!({"$text": value}), 1).remove(0);
        resolve(&placeholder, &at(base), &at(root), &settings).map(|found| found.to_string())
    }

    #[test]
    fn files_stay_beneath_the_configured_folder_or_the_working_directory() {
        let resolved = |value| resolved(value, "file:/c/team/a.yaml", "file:/c/*/a.yaml");
        assert_eq!(resolved("./api.json").as_deref(), Ok("file:/c/team/api.json"));
        assert_eq!(resolved("../shared.txt").as_deref(), Ok("file:/c/shared.txt"));
        assert_eq!(resolved("/portal/x").as_deref(), Ok("file:/portal/x"));
        for bad in ["../../etc/passwd", "/etc/passwd", "./x/../../../etc/passwd", "/portals/x"] {
            assert!(resolved(bad).is_err(), "{bad}");
        }
        assert!(resolved("file:///etc/passwd").is_err());
    }

    #[test]
    fn urls_stay_within_their_repository() {
        let base = "url:https://github.com/acme/shop/blob/main/a.yaml";
        let resolved = |value| resolved(value, base, base);
        assert_eq!(
            resolved("./api.json").as_deref(),
            Ok("url:https://github.com/acme/shop/tree/main/api.json")
        );
        assert!(resolved("https://github.com/acme/secrets/blob/main/x").is_err());
        assert!(resolved("file:///etc/passwd").is_err());
        assert!(resolved("https://elsewhere.example/x").is_ok(), "the reader has its own list of hosts");
    }
}
