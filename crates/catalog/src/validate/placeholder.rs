//! Placeholders in a file that is checked alone: nobody reads what they point to.

use model::EntityError;
use serde_json::{Map, Value};

/// Keys of a map of one entry that stand for the text of another file.
const TEXTS: [&str; 3] = ["$text", "$openapi", "$asyncapi"];

/// Those that stand for the value in another file.
const TYPED: [&str; 2] = ["$json", "$yaml"];

/// Puts a text in the place of every placeholder, and gives the JSON pointers of those that may as
/// well hold a map or a list.
pub(super) fn stand_in(document: &mut Value) -> Vec<String> {
    let mut places = Vec::new();
    visit(document, &mut String::new(), &mut places);
    places
}

/// Makes the stand-in that an error complains of the type it asks for; whether there was one.
pub(super) fn retype(document: &mut Value, places: &[String], error: &EntityError) -> bool {
    let Some(pointer) = error.pointer.as_ref().filter(|pointer| places.contains(pointer)) else {
        return false;
    };
    let wanted = if error.message.contains(" must be object") {
        Value::Object(Map::new())
    } else if error.message.contains(" must be array") {
        Value::Array(Vec::new())
    } else {
        return false;
    };
    match document.pointer_mut(pointer) {
        Some(found) if found.is_string() => {
            *found = wanted;
            true
        }
        _ => false,
    }
}

fn visit(value: &mut Value, pointer: &mut String, places: &mut Vec<String>) {
    let length = pointer.len();
    match value {
        Value::Object(map) => {
            if map.keys().any(|key| key.starts_with('$')) {
                // With other keys beside it, a `$` means something else, and so does what is below.
                let only = map.iter().next().filter(|(_, target)| map.len() == 1 && target.is_string());
                let Some((key, _)) = only else { return };
                if TYPED.contains(&key.as_str()) {
                    places.push(pointer.clone());
                } else if !TEXTS.contains(&key.as_str()) {
                    return;
                }
                *value = Value::from("placeholder");
                return;
            }
            for (key, value) in map {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                visit(value, pointer, places);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter_mut().enumerate() {
                pointer.push('/');
                pointer.push_str(&index.to_string());
                visit(value, pointer, places);
                pointer.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
