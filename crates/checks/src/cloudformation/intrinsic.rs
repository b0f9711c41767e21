//! What functions of a template stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::{Item, Value};

/// How deep values and functions lie in one another; the reader of YAML has its own bound.
const DEPTH: usize = 80;
/// The longest text that functions make.
const TEXT: usize = 64 << 10;

/// Evaluates the values of one template.
pub(super) struct Evaluator<'a> {
    text: &'a str,
    defaults: BTreeMap<&'a str, &'a Item>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(text: &'a str, root: &'a Item) -> Self {
        let known = root.get("Parameters").into_iter().flat_map(Item::entries);
        let literal = known.filter_map(|(name, parameter)| {
            let kind = parameter.get("Type").and_then(Item::as_str).unwrap_or_default();
            let default = parameter.get("Default").filter(|_| !kind.starts_with("AWS::SSM::"))?;
            Some((&**name, default))
        });
        Self { text, defaults: literal.collect() }
    }

    /// The same with functions in it done, where that can be known.
    pub(super) fn value(&self, item: &Item) -> Item {
        self.below(item, 0)
    }

    fn below(&self, item: &Item, depth: usize) -> Item {
        let of = |value: Value| Item {
            value,
            place: item.place.clone(),
            key: item.key.clone(),
            overrode: Vec::new(),
        };
        if depth > DEPTH {
            return of(Value::Unknown(Arc::from("...")));
        }
        let call = match short_name(self.text, item) {
            Some(name) => Some((name, item)),
            None => long_name(item),
        };
        if let Some((name, argument)) = call {
            return of(self
                .call(name, argument, depth)
                .unwrap_or_else(|| Value::Unknown(shown(name, argument))));
        }
        of(match &item.value {
            Value::Seq(items) => Value::Seq(items.iter().map(|item| self.below(item, depth + 1)).collect()),
            Value::Map(map) => {
                let all = map.iter().map(|(key, item)| (Arc::clone(key), self.below(item, depth + 1)));
                Value::Map(all.collect::<IndexMap<_, _>>())
            }
            other => other.clone(),
        })
    }

    fn call(&self, name: &str, argument: &Item, depth: usize) -> Option<Value> {
        match name {
            "Ref" => self.reference(argument.as_str()?),
            "Sub" => self.substituted(argument.as_str()?),
            "Join" => {
                let [separator, parts] = argument.items() else { return None };
                let parts = self.below(parts, depth + 1);
                let parts: Option<Vec<&str>> = parts.items().iter().map(Item::as_str).collect();
                let joined = parts.filter(|parts| !parts.is_empty())?.join(separator.as_str()?);
                (joined.len() <= TEXT).then(|| Value::String(Arc::from(joined)))
            }
            _ => None,
        }
    }

    fn reference(&self, name: &str) -> Option<Value> {
        match name {
            "AWS::NoValue" => Some(Value::Null),
            _ => self.defaults.get(name).map(|default| default.value.clone()),
        }
    }

    /// `${Name}` of parameters with a default; `${!Name}` is `${Name}` itself.
    fn substituted(&self, text: &str) -> Option<Value> {
        let mut all = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            all.push_str(before);
            if let Some(literal) = name.strip_prefix('!') {
                all.push_str("${");
                all.push_str(literal);
                all.push('}');
            } else {
                match self.reference(name.trim())? {
                    Value::String(text) => all.push_str(&text),
                    Value::Number(number) => all.push_str(&number.to_string()),
                    Value::Bool(flag) => all.push_str(&flag.to_string()),
                    _ => return None,
                }
            }
            if all.len() > TEXT {
                return None;
            }
            rest = after;
        }
        all.push_str(rest);
        Some(Value::String(Arc::from(all)))
    }
}

/// `Ref Name`, `GetAtt Resource.Attribute`: a function that cannot be done, and what it is of.
fn shown(name: &str, argument: &Item) -> Arc<str> {
    let parts = argument.one_or_many().iter().filter_map(Item::as_str);
    let separator = if name == "GetAtt" { "." } else { " " };
    Arc::from(format!("{name} {}", parts.take(8).collect::<Vec<_>>().join(separator)))
}

/// `!Name`, which the reader of YAML leaves out, before a value.
fn short_name<'a>(text: &'a str, item: &Item) -> Option<&'a str> {
    let before = text.get(..item.place.start)?.trim_end();
    let before = if before.len() == item.place.start { "" } else { before };
    let word = before.rsplit([' ', '\t', '\n', '\r', ',', '[', '{']).next()?;
    let name = word.strip_prefix('!')?;
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':')).then_some(name)
}

/// `{"Fn::Name": ..}`, `{"Ref": ..}`.
fn long_name(item: &Item) -> Option<(&str, &Item)> {
    let map = item.as_map().filter(|map| map.len() == 1)?;
    let (key, argument) = map.first()?;
    match &**key {
        "Ref" => Some(("Ref", argument)),
        "Condition" => None,
        key => key.strip_prefix("Fn::").map(|name| (name, argument)),
    }
}
