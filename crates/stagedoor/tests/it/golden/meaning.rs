//! When two answers mean the same: uids, etags, places of a run and unspecified orders aside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::recording::{Body, Recording};

/// What an answer says, with what differs between any two servers replaced.
pub(super) fn meaning(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), member(key, value))).collect())
        }
        Value::Array(list) => list.iter().map(meaning).collect(),
        Value::String(text) => plain(text).into(),
        other => other.clone(),
    }
}

fn member(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("uid" | "etag", Value::String(_)) => format!("<{key}>").into(),
        ("nextCursor" | "prevCursor", Value::String(text)) => {
            cursor(text).map_or_else(|| value.clone(), |map| positioned(map).into())
        }
        _ => meaning(value),
    }
}

/// Names of generated locations hold a hash of a path of the machine.
fn plain(text: &str) -> String {
    let mut parts = text.split("generated-");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hash = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        out.push_str(if hash == 40 { "generated-<sha1>" } else { "generated-" });
        out.push_str(if hash == 40 { &part[40..] } else { part });
    }
    out
}

/// What is in a cursor.
pub(super) fn cursor(text: &str) -> Option<Map<String, Value>> {
    let bytes = STANDARD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn positioned(mut map: Map<String, Value>) -> Map<String, Value> {
    for key in ["orderFieldValues", "firstSortFieldValues"] {
        if let Some(values) = map.get_mut(key).and_then(Value::as_array_mut) {
            let last = values.len().saturating_sub(1);
            for (at, value) in values.iter_mut().enumerate() {
                *value = if at == last { "<uid>".into() } else { meaning(value) };
            }
        }
    }
    map
}

/// In which order a list's items come.
enum Order {
    /// As they were asked for, or by ref.
    Fixed,
    /// By this field, and then by uid.
    Field(String),
    /// By uid, which no two servers share; on one page of several it may be any of them.
    Uid,
}

fn order(recording: &Recording) -> Order {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(recording.query.as_bytes()).into_owned().collect();
    let asked = |name: &str| query.iter().find_map(|(known, value)| (known == name).then_some(value.clone()));
    let body = match &recording.body {
        Some(Body::Json(body)) => body.clone(),
        _ => Value::Null,
    };
    let by = |field: Option<String>| field.map_or(Order::Uid, Order::Field);
    if recording.path.ends_with("/by-query") {
        let at = asked("cursor").or_else(|| body["cursor"].as_str().map(str::to_owned));
        if let Some(at) = at.and_then(|text| cursor(&text)) {
            return by(at
                .get("orderFields")
                .and_then(|fields| fields[0]["field"].as_str())
                .map(str::to_owned));
        }
        let field = asked("orderField").map(|text| text.split(',').next().unwrap_or_default().to_owned());
        return by(field.or_else(|| body["orderBy"][0]["field"].as_str().map(str::to_owned)));
    }
    if recording.path.ends_with("/entities") {
        if let Some(order) = asked("order") {
            return by(order.split_once(':').map(|(_, field)| field.to_owned()));
        }
        if !["limit", "offset", "after"].iter().any(|name| asked(name).is_some()) {
            return Order::Uid;
        }
    }
    Order::Fixed
}

/// Why the two answers do not mean the same; `None` when they do.
pub(super) fn difference(recording: &Recording, ours: &Value) -> Option<String> {
    let (theirs, ours) = (meaning(&recording.answer), meaning(ours));
    let (their_list, our_list) = (items(&theirs), items(&ours));
    let (Some(their_items), Some(our_items)) = (their_list, our_list) else {
        return (theirs != ours).then(|| format!("they: {theirs}\n  we:   {ours}"));
    };
    let (mut their_frame, mut our_frame) = (theirs.clone(), ours.clone());
    for frame in [&mut their_frame, &mut our_frame] {
        if let Some(list) = frame.get_mut("items") {
            *list = Value::Null;
        }
    }
    if theirs.is_object() && their_frame != our_frame {
        return Some(format!("they: {their_frame}\n  we:   {our_frame}"));
    }
    let told = || {
        Some(format!(
            "they: {}\n  we:   {}",
            Value::from(their_items.clone()),
            Value::from(our_items.clone())
        ))
    };
    let page = theirs["pageInfo"].as_object().is_some_and(|info| !info.is_empty());
    match order(recording) {
        Order::Fixed if their_items != our_items => told(),
        Order::Fixed => None,
        // A page by uid holds other entities on every server; the count is what can be compared.
        Order::Uid if page => (their_items.len() != our_items.len()).then(told).flatten(),
        Order::Uid => (sorted(their_items) != sorted(our_items)).then(told).flatten(),
        Order::Field(field) => {
            let values =
                |list: &[Value]| -> Vec<Value> { list.iter().map(|item| at(item, &field)).collect() };
            let same = sorted(their_items) == sorted(our_items) && values(their_items) == values(our_items);
            (!same).then(told).flatten()
        }
    }
}

fn items(answer: &Value) -> Option<&Vec<Value>> {
    answer.as_array().or_else(|| answer["items"].as_array())
}

fn sorted(list: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = list.iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

/// The value of a dotted path, as far as the item shows it; order ignores its case.
fn at(item: &Value, path: &str) -> Value {
    let found = path.split('.').try_fold(item, |value, part| value.get(part));
    found.map_or(Value::Null, |value| value.to_string().to_lowercase().into())
}
