//! The functions of the template language that charts use. Any other gives what is not known.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::text::{Piece, Text};
use super::value::{DEPTH, Val, measure, to_yaml};
use crate::{Item, Place, Value};

/// The version of the cluster that charts are rendered for.
pub(super) const CLUSTER: &str = "v1.34.0";
/// The longest text that padding makes.
const WIDTH: usize = 200;
/// The longest text that is made longer.
const LONG: usize = 300_000;

/// What one call gives.
#[expect(clippy::too_many_lines, reason = "one line or two a function of the language")]
pub(super) fn call(name: &str, arguments: Vec<Val>, code: &Arc<str>, place: &Place) -> Val {
    let unknown = || Val::unknown(code, place);
    let bool = |flag: Option<bool>| Val::bool(flag, code, place);
    let string = |text: String| Val::Text(Text::written(text, place));
    let mut all = arguments;
    match (name, &mut all[..]) {
        ("default", [other, value]) => match value.truth() {
            Some(true) => value.clone(),
            Some(false) => other.clone(),
            None => unknown(),
        },
        ("coalesce", values) => {
            let first = values.iter().find(|value| value.truth() != Some(false));
            first.cloned().filter(|value| value.truth() == Some(true)).unwrap_or_else(unknown)
        }
        ("ternary", [yes, no, test]) => match test.truth() {
            Some(true) => yes.clone(),
            Some(false) => no.clone(),
            None => unknown(),
        },
        ("required", [_, value]) => {
            if value.truth() == Some(true) {
                value.clone()
            } else {
                unknown()
            }
        }
        ("and", values) => {
            let stops = values.iter().find(|value| value.truth() != Some(true)).or(values.last());
            stops.cloned().map_or_else(unknown, |value| {
                let settled = values.iter().any(|value| value.truth() == Some(false));
                if settled && value.truth().is_none() { bool(Some(false)) } else { value }
            })
        }
        ("or", values) => {
            let stops = values.iter().find(|value| value.truth() == Some(true));
            let unsure = values.iter().any(|value| value.truth().is_none());
            match stops.or(values.last().filter(|_| !unsure)) {
                Some(value) => value.clone(),
                None => unknown(),
            }
        }
        ("not", [value]) => bool(value.truth().map(|flag| !flag)),
        ("empty", [value]) => bool(value.truth().map(|flag| !flag)),
        ("eq", [first, others @ ..]) => {
            let all: Option<Vec<bool>> = others.iter().map(|other| equal(first, other)).collect();
            bool(all.map(|all| all.contains(&true)))
        }
        ("ne", [a, b]) => bool(equal(a, b).map(|same| !same)),
        ("lt" | "le" | "gt" | "ge", [a, b]) => {
            let numbers = a.number().zip(b.number());
            bool(numbers.map(|(a, b)| match name {
                "lt" => a < b,
                "le" => a <= b,
                "gt" => a > b,
                _ => a >= b,
            }))
        }
        ("contains", [part, text]) => bool(both(part, text).map(|(part, text)| text.contains(&part))),
        ("hasPrefix", [part, text]) => bool(both(part, text).map(|(part, text)| text.starts_with(&part))),
        ("hasSuffix", [part, text]) => bool(both(part, text).map(|(part, text)| text.ends_with(&part))),
        ("hasKey", [map, key]) => bool(
            map.item()
                .and_then(Item::as_map)
                .zip(key.known())
                .map(|(map, key)| map.contains_key(key.as_str())),
        ),
        ("has", [value, list]) => {
            let items = list.item().filter(|item| !item.is_unknown());
            bool(items.zip(value.known()).map(|(list, value)| {
                list.items()
                    .iter()
                    .any(|item| Val::Data(Rc::new(item.clone())).known().as_ref() == Some(&value))
            }))
        }
        ("kindIs" | "typeIs", [kind, value]) => bool(kind.known().zip(kind_of(value)).map(|(kind, own)| {
            kind == own
                || (own == "map" && kind.starts_with("map["))
                || (own == "slice" && kind.starts_with("[]"))
        })),
        ("kindOf" | "typeOf", [value]) => kind_of(value).map_or_else(unknown, |kind| string(kind.to_owned())),
        ("semverCompare", [range, version]) => {
            bool(both(range, version).and_then(|(range, version)| compare(&range, &version)))
        }
        ("quote" | "squote", [value]) => Val::Text(value.clone().into_text(code, place).quoted(place)),
        ("toString" | "print", [value]) => Val::Text(value.clone().into_text(code, place)),
        ("upper", [text]) => mapped(text, code, place, str::to_uppercase),
        ("lower", [text]) => mapped(text, code, place, str::to_lowercase),
        ("trimSuffix", [part, text]) => {
            with(part, text, code, place, |part, text| text.strip_suffix(part).unwrap_or(text).to_owned())
        }
        ("trimPrefix", [part, text]) => {
            with(part, text, code, place, |part, text| text.strip_prefix(part).unwrap_or(text).to_owned())
        }
        ("trimAll", [part, text]) => {
            with(part, text, code, place, |part, text| text.trim_matches(|c| part.contains(c)).to_owned())
        }
        ("trim", [text]) => Val::Text(text.clone().into_text(code, place).trim()),
        ("trunc", [width, text]) => with(width, text, code, place, |width, text| {
            let width = width.parse::<usize>().unwrap_or(usize::MAX);
            text.chars().take(width).collect()
        }),
        ("replace", [old, new, text]) => {
            match old.known().zip(new.known()).filter(|(old, _)| !old.is_empty()) {
                Some((old, new))
                    if new.len() <= WIDTH && text.known().is_none_or(|text| text.len() < LONG) =>
                {
                    mapped(text, code, place, |text| text.replace(&old, &new))
                }
                _ => unknown(),
            }
        }
        ("indent" | "nindent", [width, text]) => {
            let Some(width) = width.known().and_then(|width| width.parse::<usize>().ok()) else {
                return unknown();
            };
            let text = text.clone().into_text(code, place).by(place);
            if text.size() > LONG {
                return unknown();
            }
            let text = text.indent(width.min(WIDTH), place);
            let mut all = if name == "nindent" { Text::written("\n", place) } else { Text::default() };
            all.0.extend(text.0);
            Val::Text(all)
        }
        // Over several lines it would be no JSON.
        ("toJson", [value])
            if value.item().is_some_and(|item| measure(item).0 > 1) && value.known().is_none() =>
        {
            unknown()
        }
        ("toYaml" | "toYamlPretty" | "toJson", [value]) => match value {
            Val::Data(item) => Val::Text(to_yaml(item, place)),
            Val::Text(text) => Val::Text(text.clone().quoted(place)),
        },
        ("printf", [format, values @ ..]) => printf(format, values, code, place),
        ("get", [map, key]) => match (map.item().map(|item| &item.value), key.known()) {
            (Some(Value::Map(map)), Some(key)) => map
                .get(key.as_str())
                .map_or_else(|| string(String::new()), |item| Val::Data(Rc::new(item.clone()))),
            _ => unknown(),
        },
        ("index", [value, keys @ ..]) => {
            let mut at = value.item();
            for key in keys.iter() {
                at = match (at.map(|item| &item.value), key.known()) {
                    (Some(Value::Map(map)), Some(key)) => match map.get(key.as_str()) {
                        Some(item) => Some(item),
                        None => return Val::null(place),
                    },
                    (Some(Value::Seq(items)), Some(key)) => {
                        key.parse::<usize>().ok().and_then(|at| items.get(at))
                    }
                    _ => None,
                };
            }
            at.map_or_else(unknown, |item| Val::Data(Rc::new(item.clone())))
        }
        ("first", [list]) => list
            .item()
            .and_then(|item| item.items().first())
            .map_or_else(unknown, |item| Val::Data(Rc::new(item.clone()))),
        ("len", [value]) => {
            let count = match value.item().map(|item| &item.value) {
                Some(Value::Seq(items)) => Some(items.len()),
                Some(Value::Map(map)) => Some(map.len()),
                _ => value.known().map(|text| text.len()),
            };
            count.map_or_else(unknown, |count| Val::data(Value::Number(count.into()), place))
        }
        ("int" | "int64" | "toInt", [value]) if value.number().is_some() => value.clone(),
        ("dict", pairs) => {
            let mut map = IndexMap::new();
            for pair in pairs.chunks(2) {
                let [key, value] = pair else { return unknown() };
                let Some(key) = key.known() else { return unknown() };
                map.insert(Arc::from(key), value.clone().into_item(code, place));
            }
            made(Value::Map(map), code, place)
        }
        ("list" | "tuple", values) => {
            let items = values.iter().map(|value| value.clone().into_item(code, place)).collect();
            made(Value::Seq(items), code, place)
        }
        ("set", [map, key, value]) => match (map.item().and_then(Item::as_map), key.known()) {
            (Some(map), Some(key)) => {
                let mut map = map.clone();
                map.insert(Arc::from(key), value.clone().into_item(code, place));
                made(Value::Map(map), code, place)
            }
            _ => unknown(),
        },
        ("merge" | "mergeOverwrite", maps) => {
            if name == "merge" {
                maps.reverse();
            }
            let Some((first, others)) = maps.split_first() else { return unknown() };
            let mut all = first.clone().into_item(code, place);
            for other in others {
                if other.is_unknown() || all.is_unknown() {
                    return unknown();
                }
                super::values::merge(&mut all, &other.clone().into_item(code, place), DEPTH);
            }
            Val::Data(Rc::new(all))
        }
        ("deepCopy", [value]) => value.clone(),
        ("lookup", _) => made(Value::Map(IndexMap::new()), code, place),
        _ => unknown(),
    }
}

/// What a helper of the usual library chart gives, if it only writes what it is given.
pub(super) fn library(name: &str, dot: &Val, code: &Arc<str>, place: &Place) -> Val {
    let value = dot.item().and_then(|item| item.get("value"));
    match (name, value) {
        ("common.tplvalues.render", Some(item)) => match &item.value {
            Value::String(text) if text.contains("{{") => Val::unknown(code, place),
            Value::String(_) => Val::Text(Val::Data(Rc::new(item.clone())).into_text(code, place)),
            _ => Val::Text(to_yaml(item, place)),
        },
        ("common.names.fullname" | "common.names.name", _) => dot
            .item()
            .and_then(|item| {
                item.at("Values.fullnameOverride")
                    .filter(|name| name.as_str().is_some_and(|name| !name.is_empty()))
                    .or_else(|| item.at("Release.Name"))
            })
            .map_or_else(|| Val::unknown(code, place), |item| Val::Data(Rc::new(item.clone()))),
        ("common.labels.standard" | "common.labels.matchLabels", _) => labels(dot, place),
        ("common.images.image", _) => image(dot).unwrap_or_else(|| Val::unknown(code, place)),
        _ => match version(name) {
            Some(version) => Val::Text(Text::written(version, place)),
            None => Val::unknown(code, place),
        },
    }
}

/// The version that Bitnami's library finds for a kind: `common.capabilities.deployment.apiVersion`.
fn version(name: &str) -> Option<&'static str> {
    let kind = name.strip_prefix("common.capabilities.")?.strip_suffix(".apiVersion")?;
    Some(match kind {
        "deployment" | "statefulset" | "daemonset" => "apps/v1",
        "ingress" | "networkPolicy" => "networking.k8s.io/v1",
        "job" | "cronjob" => "batch/v1",
        "rbac" => "rbac.authorization.k8s.io/v1",
        "policy" => "policy/v1",
        "hpa" => "autoscaling/v2",
        _ => return None,
    })
}

/// The labels of that library that tell objects apart.
fn labels(dot: &Val, place: &Place) -> Val {
    let root = dot.item().map(|item| item.get("context").unwrap_or(item));
    let text = |path: &str| root.and_then(|root| root.at(path)?.as_str()).unwrap_or_default();
    let name =
        Some(text("Values.nameOverride")).filter(|name| !name.is_empty()).unwrap_or(text("Chart.Name"));
    let all = format!("app.kubernetes.io/name: {name}\napp.kubernetes.io/instance: {}", text("Release.Name"));
    Val::Text(Text::written(all, place))
}

/// An image as that library puts it together; where its tag is written, else its repository.
fn image(dot: &Val) -> Option<Val> {
    let dot = dot.item()?;
    let root = dot.get("imageRoot")?;
    let text = |item: Option<&Item>| match item.map(|item| &item.value) {
        Some(Value::String(text)) => Some(text.to_string()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let of = |key: &str| text(root.get(key)).filter(|text| !text.is_empty());
    if root.entries().any(|(_, item)| item.is_unknown()) {
        return None;
    }
    let repository = of("repository")?;
    let name =
        of("registry").map_or_else(|| repository.clone(), |registry| format!("{registry}/{repository}"));
    let own = of("tag");
    let near = root.get("tag").filter(|_| own.is_some()).or_else(|| root.get("repository"))?;
    let whole = match (of("digest"), own.or_else(|| text(dot.at("chart.AppVersion")))) {
        (Some(digest), _) => format!("{name}@{digest}"),
        (None, Some(tag)) => format!("{name}:{tag}"),
        (None, None) => name,
    };
    let mut item = Item::new(Value::String(Arc::from(whole)), near.place.clone());
    item.key.clone_from(&near.key);
    Some(Val::Data(Rc::new(item)))
}

/// What a method gives.
pub(super) fn method(fields: &[String], arguments: &[Val], code: &Arc<str>, place: &Place) -> Val {
    let known = [
        "v1",
        "apps/v1",
        "batch/v1",
        "networking.k8s.io/v1",
        "policy/v1",
        "autoscaling/v2",
        "rbac.authorization.k8s.io/v1",
    ];
    let is_version = matches!(fields, [.., api, has] if api == "APIVersions" && has == "Has");
    match arguments {
        [version] if is_version => {
            let version = version.known().unwrap_or_default();
            let there = known.iter().any(|known| {
                version == *known || version.strip_prefix(known).is_some_and(|rest| rest.starts_with('/'))
            });
            Val::bool(there.then_some(true), code, place)
        }
        _ => Val::unknown(code, place),
    }
}

/// Data that a template made; not known if it is too deep.
fn made(value: Value, code: &Arc<str>, place: &Place) -> Val {
    let item = Item::new(value, place.clone());
    if measure(&item).1 > DEPTH { Val::unknown(code, place) } else { Val::Data(Rc::new(item)) }
}

fn both(a: &Val, b: &Val) -> Option<(String, String)> {
    a.known().zip(b.known())
}

fn equal(a: &Val, b: &Val) -> Option<bool> {
    if a.is_unknown() || b.is_unknown() {
        return None;
    }
    let Some((a, b)) = both(a, b) else { return Some(false) };
    // What is filled in before the chart is rendered may be anything.
    let is_filled_in = |text: &str| text.contains("${");
    if a != b && (is_filled_in(&a) || is_filled_in(&b)) { None } else { Some(a == b) }
}

fn kind_of(value: &Val) -> Option<&'static str> {
    Some(match value {
        Val::Text(_) => "string",
        Val::Data(item) => match &item.value {
            Value::Null => "invalid",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_f64() => "float64",
            Value::Number(_) => "float64",
            Value::String(_) => "string",
            Value::Seq(_) => "slice",
            Value::Map(_) => "map",
            Value::Unknown(_) => return None,
        },
    })
}

/// A text changed as a whole, whose place stays.
fn mapped(value: &Val, code: &Arc<str>, place: &Place, change: impl Fn(&str) -> String) -> Val {
    let text = value.clone().into_text(code, place);
    let Some(known) = text.known() else { return Val::unknown(code, place) };
    match text.origin() {
        Some(origin @ super::text::Origin::Value { .. }) => {
            Val::Text(Text::of(change(&known), origin.clone()))
        }
        _ => Val::Text(Text::written(change(&known), place)),
    }
}

fn with(
    first: &Val,
    text: &Val,
    code: &Arc<str>,
    place: &Place,
    change: impl Fn(&str, &str) -> String,
) -> Val {
    match first.known() {
        Some(first) => mapped(text, code, place, |text| change(&first, text)),
        None => Val::unknown(code, place),
    }
}

fn printf(format: &Val, values: &[Val], code: &Arc<str>, place: &Place) -> Val {
    let Some(format) = format.known() else { return Val::unknown(code, place) };
    let mut values = values.iter();
    let mut all = Text::default();
    let mut rest = format.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        all.0.extend(Text::written(before, place).0);
        let Some(verb) = after.chars().next() else { return Val::unknown(code, place) };
        rest = &after[verb.len_utf8()..];
        match verb {
            '%' => all.0.extend(Text::written("%", place).0),
            's' | 'd' | 'v' | 't' | 'q' => {
                let Some(value) = values.next() else { return Val::unknown(code, place) };
                let text = value.clone().into_text(code, place);
                all.0.extend(if verb == 'q' { text.quoted(place) } else { text }.0);
            }
            _ => return Val::unknown(code, place),
        }
    }
    all.0.extend(Text::written(rest, place).0);
    all.0.retain(|piece| !matches!(piece, Piece::Text(text, _) if text.is_empty()));
    Val::Text(all)
}

/// Whether a version is in a range, for ranges of one or more simple comparisons.
fn compare(range: &str, version: &str) -> Option<bool> {
    let parse = |text: &str| -> Option<[u64; 3]> {
        let text = text.trim().trim_start_matches('v');
        let plain = text.split(['-', '+']).next()?;
        let mut parts = plain.split('.').map(|part| part.parse::<u64>().ok());
        let mut next = || parts.next().unwrap_or(Some(0));
        Some([next()?, next()?, next()?])
    };
    let version = parse(version)?;
    let mut all = true;
    for part in range.split(',').map(str::trim) {
        if part.contains("||") || part.contains(' ') && part.split_whitespace().count() > 2 {
            return None;
        }
        let at = part.find(|c: char| c.is_ascii_digit() || c == 'v')?;
        let (operator, wanted) = part.split_at(at);
        let wanted = parse(wanted)?;
        all &= match operator.trim() {
            ">=" | "=>" => version >= wanted,
            ">" => version > wanted,
            "<=" | "=<" => version <= wanted,
            "<" => version < wanted,
            "" | "=" => version == wanted,
            "!=" => version != wanted,
            "^" => version[0] == wanted[0] && version >= wanted,
            "~" => version[..2] == wanted[..2] && version >= wanted,
            _ => return None,
        };
    }
    Some(all)
}
