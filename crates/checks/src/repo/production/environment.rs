//! What the environment adds: `APP_CONFIG_a_b=value`, `NODE_ENV`.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::Item;
use crate::repo::launch::Start;
use crate::tree::Value;

use super::NodeEnv;

/// What `APP_CONFIG_..` variables set, by dot path, the longer paths later.
pub(super) fn overrides(start: &Start) -> Vec<(String, Item)> {
    let mut found: Vec<(String, Item)> = start
        .env
        .iter()
        .filter_map(|(name, item)| {
            let parts: Vec<&str> = name.strip_prefix("APP_CONFIG_")?.split('_').collect();
            parts.iter().all(|part| is_key(part)).then(|| (parts.join("."), read(item)))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn is_key(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic())
        && part.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b':'))
}

/// The value is JSON, else text; a map or a list cannot be looked into.
fn read(item: &Item) -> Item {
    let Some(text) = item.literal() else {
        return match item.value {
            Value::Bool(_) | Value::Number(_) => item.clone(),
            _ => Item::new(Value::Unknown(Arc::from("the environment")), item.place.clone()),
        };
    };
    let value = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(serde_json::Value::Bool(flag)) => Value::Bool(flag),
        Ok(serde_json::Value::Number(number)) => Value::Number(number),
        Ok(serde_json::Value::String(text)) => Value::String(Arc::from(text)),
        Ok(_) => Value::Unknown(Arc::from("JSON in the environment")),
        Err(_) => Value::String(Arc::from(text)),
    };
    Item { value, place: item.place.clone(), key: item.key.clone(), overrode: Vec::new() }
}

/// Nothing but a value at a dot path.
pub(super) fn tree(path: &str, item: &Item) -> Item {
    path.rsplit('.').fold(item.clone(), |below, part| {
        let place = below.place.clone();
        Item::new(Value::Map(IndexMap::from([(Arc::from(part), below)])), place)
    })
}

/// What `NODE_ENV` is.
pub(super) fn node_env(start: &Start) -> NodeEnv {
    match (start.env.get("NODE_ENV"), &start.image) {
        (Some(item), _) => NodeEnv::Set(item.clone()),
        (None, Some(image)) if image.known_env => NodeEnv::Unset,
        (None, _) => NodeEnv::Unknown,
    }
}
