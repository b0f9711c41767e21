//! The rules for the text of common fields: names, labels, annotations, tags, links.

use std::fmt;
use std::ops::ControlFlow;

use serde_json::{Map, Value};
use url::Url;

use super::error::{Part, excerpt};
use super::schema::Place;

/// A field whose text breaks a rule.
pub(super) struct BadFormat {
    pub(super) pointer: String,
    pub(super) part: Part,
    pub(super) message: String,
}

/// Receives each bad field; breaking off stops the check.
type Sink<'s> = &'s mut dyn FnMut(BadFormat) -> ControlFlow<()>;

/// A rule: what it accepts, and how the reference describes that.
struct Rule {
    accepts: fn(&str) -> bool,
    expectation: &'static str,
}

const API_VERSION: Rule =
    Rule { accepts: |text| is_prefixed(text, is_version), expectation: "a valid prefix and/or suffix" };
const KIND: Rule = Rule {
    accepts: is_kind,
    expectation: "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
};
const NAME: Rule = Rule { accepts: is_object_name, expectation: OBJECT_NAME };
const NAMESPACE: Rule = Rule {
    accepts: is_dns_label,
    expectation: "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total",
};
const KEY: Rule =
    Rule { accepts: |text| is_prefixed(text, is_object_name), expectation: "a valid prefix and/or suffix" };
const LABEL_VALUE: Rule =
    Rule { accepts: |text| text.is_empty() || is_object_name(text), expectation: OBJECT_NAME };
const TAG: Rule = Rule {
    accepts: is_tag,
    expectation: "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total",
};
const URL: Rule =
    Rule { accepts: |text| Url::parse(text).is_ok(), expectation: "a string that is a valid url" };
const NOT_BLANK: Rule = Rule { accepts: |text| !is_blank(text), expectation: "a non empty string" };

const OBJECT_NAME: &str =
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";

/// Checks the common fields of an entity that meets the entity schema, in the reference's order.
pub(super) fn check(entity: &Map<String, Value>, sink: Sink<'_>) -> ControlFlow<()> {
    let root = Place::Root;
    let at = |name| Place::Field(&root, name);
    let metadata_place = at("metadata");
    let no_metadata = Map::new();
    let metadata = entity.get("metadata").and_then(Value::as_object).unwrap_or(&no_metadata);

    let fields = [
        ("apiVersion", text(entity, "apiVersion"), at("apiVersion"), API_VERSION),
        ("kind", text(entity, "kind"), at("kind"), KIND),
        ("metadata.name", text(metadata, "name"), Place::Field(&metadata_place, "name"), NAME),
        (
            "metadata.namespace",
            text(metadata, "namespace"),
            Place::Field(&metadata_place, "namespace"),
            NAMESPACE,
        ),
    ];
    for (field, value, place, rule) in fields {
        if let Some(value) = value {
            require(format_args!("{field}"), value, &rule, &place, sink)?;
        }
    }
    for (list, value_rule) in [("labels", Some(LABEL_VALUE)), ("annotations", None)] {
        let list_place = Place::Field(&metadata_place, list);
        for (key, value) in metadata.get(list).and_then(Value::as_object).into_iter().flatten() {
            let place = Place::Field(&list_place, key);
            let field = format_args!("{list}.{key}");
            require(field, key, &KEY, &place, &mut |bad| sink(BadFormat { part: Part::Key, ..bad }))?;
            if let (Some(rule), Some(value)) = (&value_rule, value.as_str()) {
                require(field, value, rule, &place, sink)?;
            }
        }
    }
    let tags_place = Place::Field(&metadata_place, "tags");
    for (index, tag) in items(metadata, "tags") {
        if let Some(tag) = tag.as_str() {
            require(format_args!("tags.{index}"), tag, &TAG, &Place::Item(&tags_place, index), sink)?;
        }
    }
    let all_links = Place::Field(&metadata_place, "links");
    for (index, link) in items(metadata, "links") {
        let this_link = Place::Item(&all_links, index);
        for (part, rule) in [("url", URL), ("title", NOT_BLANK), ("icon", NOT_BLANK)] {
            if let Some(text) = link.get(part).and_then(Value::as_str) {
                let place = Place::Field(&this_link, part);
                require(format_args!("links.{index}.{part}"), text, &rule, &place, sink)?;
            }
        }
    }
    ControlFlow::Continue(())
}

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

fn items<'a>(metadata: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    metadata.get(key).and_then(Value::as_array).into_iter().flatten().enumerate()
}

fn require(
    field: fmt::Arguments<'_>,
    value: &str,
    rule: &Rule,
    place: &Place<'_>,
    sink: Sink<'_>,
) -> ControlFlow<()> {
    if (rule.accepts)(value) {
        return ControlFlow::Continue(());
    }
    let message = format!(
        "\"{}\" is not valid; expected {} but found \"{}\". To learn more about catalog file format, visit: \
         https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md",
        excerpt(&field.to_string()),
        rule.expectation,
        excerpt(value),
    );
    sink(BadFormat { pointer: place.to_string(), part: Part::Value, message })
}

/// `<suffix>`, or `<prefix>/<suffix>` where the prefix is a DNS subdomain.
fn is_prefixed(text: &str, is_suffix: fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        None => is_suffix(text),
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && is_suffix(suffix),
    }
}

fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

fn is_dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    is_short(text) && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_version(text: &str) -> bool {
    is_short(text) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_kind(text: &str) -> bool {
    is_version(text) && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_object_name(text: &str) -> bool {
    let end = |c: char| c.is_ascii_alphanumeric();
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    is_short(text) && text.bytes().all(inner) && text.starts_with(end) && text.ends_with(end)
}

fn is_tag(text: &str) -> bool {
    let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'+' | b'#');
    is_short(text) && text.split('-').all(|word| !word.is_empty() && word.bytes().all(part))
}

fn is_short(text: &str) -> bool {
    (1..=63).contains(&text.len())
}

/// Whether JavaScript's `trim` leaves nothing: it counts the byte order mark as space, and U+0085 not.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}'))
}
