//! Calls: of functions of the repository, of what the permission packages give, and of what the language does.

use std::sync::Arc;

use super::Run;
use super::value::Value;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Def, FunctionAt};

/// Items that a function is called with.
const MAX_ITEMS: usize = 200;

impl<'a> Run<'a, '_> {
    pub(super) fn call(&mut self, inside: FunctionAt<'a>, call: CallAt<'a>) -> Value<'a> {
        let name = call.name().unwrap_or_default();
        let mut args = Vec::new();
        for arg in &call.call.args {
            match &arg.kind {
                ExprKind::Spread(inner) => match self.expr(inside, inner) {
                    Value::List(all) => args.extend(all),
                    _ => args.push(Value::Unknown),
                },
                _ => args.push(self.expr(inside, arg)),
            }
        }
        if let Some(value) = self.known(inside, call, name, &args) {
            return value;
        }
        let receiver = match &call.call.callee.kind {
            ExprKind::Member { object, .. } if !matches!(object.kind, ExprKind::This) => {
                Some((&**object, self.expr(inside, object)))
            }
            _ => None,
        };
        if let Some((object, of)) = &receiver {
            let found = match of {
                Value::Text(text) => self.of_text(text, name, &args),
                Value::List(all) => self.of_list(inside, object, all, name, &args),
                Value::Person => Some(self.of_person(name, &args)),
                Value::Nobody => Some(Value::Nobody),
                Value::Nothing => Some(Value::Nothing),
                Value::Object(all) => self.of_object(all, name, &args),
                Value::Unknown => self.of_unknown(name, &args),
                _ => None,
            };
            if let Some(value) = found {
                return value;
            }
        }
        let callee = self.expr(inside, &call.call.callee);
        match callee {
            Value::Function(function) => match self.function(function, args.clone()) {
                Value::Unknown if !self.threw => unknown(name, &args),
                value => value,
            },
            _ => unknown(name, &args),
        }
    }

    pub(super) fn made(&mut self, inside: FunctionAt<'a>, call: CallAt<'a>) -> Value<'a> {
        let first = call.call.args.first().map(|arg| self.expr(inside, arg));
        match (call.name(), first) {
            (Some("Set"), Some(list @ (Value::List(_) | Value::Person | Value::Nobody))) => list,
            (Some("Set"), None) => Value::List(Vec::new()),
            (Some("Map"), Some(Value::List(pairs))) => {
                let pair = |pair: Value<'a>| match pair {
                    Value::List(both) => match <[Value<'a>; 2]>::try_from(both) {
                        Ok([Value::Text(key), value]) => Some((Arc::from(key), value)),
                        _ => None,
                    },
                    _ => None,
                };
                pairs.into_iter().map(pair).collect::<Option<_>>().map_or(Value::Unknown, Value::Object)
            }
            _ => Value::Unknown,
        }
    }

    /// Calls of what everybody knows.
    fn known(
        &mut self,
        inside: FunctionAt<'a>,
        call: CallAt<'a>,
        name: &str,
        args: &[Value<'a>],
    ) -> Option<Value<'a>> {
        if let Some(name) = Self::permission_of(call) {
            return Some(Value::Other(name));
        }
        let first = args.first();
        let asks = |run: &Self, is: Option<bool>| Some(is.map_or(Value::Unknown, |is| run.bool(is)));
        let action = |run: &Self, wanted: &str| {
            matches!(first, Some(Value::Permission)).then(|| run.bool(run.asked.action == wanted))
        };
        let callee = call.callee();
        let is_own = matches!(callee, Def::Function(_));
        match name {
            "isPermission" if !is_own => {
                let is = match first {
                    Some(Value::Permission) => args.get(1).and_then(|other| self.is_asked(other)),
                    _ => None,
                };
                asks(self, is)
            }
            "isResourcePermission" if !is_own => match (first, args.get(1)) {
                (Some(Value::Permission), None) => Some(self.bool(!self.asked.resource.is_empty())),
                (Some(Value::Permission), Some(Value::Text(kind))) => {
                    Some(self.bool(self.asked.resource == kind))
                }
                // `RESOURCE_TYPE_CATALOG_ENTITY`
                (Some(Value::Permission), Some(Value::Named(constant))) => {
                    let own = constant.to_lowercase().replace('_', "-");
                    Some(self.bool(!self.asked.resource.is_empty() && own.ends_with(self.asked.resource)))
                }
                _ => Some(Value::Unknown),
            },
            "isReadPermission" if !is_own => action(self, "read"),
            "isCreatePermission" if !is_own => action(self, "create"),
            "isUpdatePermission" if !is_own => action(self, "update"),
            "isDeletePermission" if !is_own => action(self, "delete"),
            "String" | "Boolean" if first.is_some() && matches!(callee, Def::Global(_)) => {
                let first = first?.clone();
                if name == "String" {
                    return Some(first);
                }
                asks(self, first.truth())
            }
            _ if name.ends_with("ConditionalDecision") => {
                let here = self.here(inside, call.at.expr);
                Some(Value::Decision("CONDITIONAL".to_owned(), Box::new(here)))
            }
            _ => match (&callee, first) {
                (Def::Global(whole), Some(Value::Object(all))) => match &**whole {
                    "Object.keys" => {
                        Some(Value::List(all.iter().map(|(key, _)| Value::Text(key.to_string())).collect()))
                    }
                    "Object.values" => {
                        Some(Value::List(all.iter().map(|(_, value)| value.clone()).collect()))
                    }
                    "Object.entries" => {
                        let pair = |(key, value): &(Arc<str>, Value<'a>)| {
                            Value::List(vec![Value::Text(key.to_string()), value.clone()])
                        };
                        Some(Value::List(all.iter().map(pair).collect()))
                    }
                    "Object.freeze" => Some(Value::Object(all.clone())),
                    _ => None,
                },
                (Def::Global(whole), Some(list)) => match &**whole {
                    "Array.from" | "Promise.all" | "Promise.resolve" | "Object.freeze" => Some(list.clone()),
                    _ => None,
                },
                // `isTodoPermission(permission)` of the package that has them.
                (Def::External { source, .. }, Some(Value::Permission))
                    if name.starts_with("is") && name.ends_with("Permission") =>
                {
                    let own = self.asked.name.split('.').next().unwrap_or_default();
                    let lower = name.to_ascii_lowercase();
                    let may_be = lower.contains(own) || source.contains(own) || own.is_empty();
                    Some(if may_be { Value::Unknown } else { self.bool(false) })
                }
                _ => None,
            },
        }
    }

    /// The name of a permission that is made here: `createPermission({ name: 'a.b', .. })`.
    pub(super) fn permission_of(call: CallAt<'a>) -> Option<String> {
        if call.name() != Some("createPermission") {
            return None;
        }
        call.arg(0)?.get("name").and_then(At::text)
    }

    fn of_text(&mut self, text: &str, name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
        let of_asked = |run: &mut Self| run.about.permission |= text == run.asked.name;
        match (name, args.first()) {
            ("startsWith", Some(Value::Text(part))) => {
                of_asked(self);
                Some(self.bool(text.starts_with(part.as_str())))
            }
            ("endsWith", Some(Value::Text(part))) => {
                of_asked(self);
                Some(self.bool(text.ends_with(part.as_str())))
            }
            ("includes", Some(Value::Text(part))) => {
                of_asked(self);
                Some(self.bool(text.contains(part.as_str())))
            }
            ("startsWith" | "endsWith" | "includes", Some(Value::Person)) => Some(self.bool(false)),
            ("toLowerCase" | "toLocaleLowerCase", _) => Some(Value::Text(text.to_lowercase())),
            ("toUpperCase", _) => Some(Value::Text(text.to_uppercase())),
            ("trim" | "toString", _) => Some(Value::Text(text.trim().to_owned())),
            ("split", Some(Value::Text(at))) if !at.is_empty() => {
                let parts = text.split(at.as_str()).take(MAX_ITEMS);
                Some(Value::List(parts.map(|part| Value::Text(part.to_owned())).collect()))
            }
            _ => None,
        }
    }

    fn of_object(
        &mut self,
        all: &[(Arc<str>, Value<'a>)],
        name: &str,
        args: &[Value<'a>],
    ) -> Option<Value<'a>> {
        match (name, args.first()) {
            ("get", Some(Value::Text(key))) => {
                let found = all.iter().find(|(own, _)| **own == **key);
                Some(found.map_or(Value::Nothing, |(_, value)| value.clone()))
            }
            ("has" | "hasOwnProperty", Some(Value::Text(key))) => {
                Some(self.bool(all.iter().any(|(own, _)| **own == **key)))
            }
            ("get", Some(Value::Person)) => Some(Value::Nothing),
            ("has" | "hasOwnProperty", Some(Value::Person)) => Some(self.bool(false)),
            _ => None,
        }
    }

    fn of_list(
        &mut self,
        inside: FunctionAt<'a>,
        object: &'a crate::code::ast::Expr,
        all: &[Value<'a>],
        name: &str,
        args: &[Value<'a>],
    ) -> Option<Value<'a>> {
        let first = args.first();
        match name {
            "includes" | "has" => {
                let wanted = first?;
                self.about = self.about.or(wanted.about());
                let is_name = matches!(wanted, Value::Text(text) if *text == self.asked.name);
                self.about.permission |= is_name;
                let same: Vec<Option<bool>> = all.iter().map(|own| self.same(own, wanted)).collect();
                Some(if same.contains(&Some(true)) {
                    self.bool(true)
                } else if same.contains(&None) {
                    Value::Unknown
                } else {
                    self.bool(false)
                })
            }
            "concat" => {
                let mut whole = all.to_vec();
                for more in args {
                    match more {
                        Value::List(more) => whole.extend(more.iter().cloned()),
                        other => whole.push(other.clone()),
                    }
                }
                Some(Value::List(whole))
            }
            "push" | "add" => {
                if let ExprKind::Ident(own) = &object.kind
                    && let Some(binding) = inside.module.binding(own, object.span)
                    && all.len() < MAX_ITEMS
                {
                    let mut whole = all.to_vec();
                    whole.extend(args.iter().cloned());
                    let key = (Arc::clone(&inside.module.path), binding.span.start);
                    self.names.insert(key, Value::List(whole));
                }
                Some(Value::Unknown)
            }
            "flat" | "values" | "slice" if args.is_empty() => {
                let flat = all.iter().flat_map(|item| match item {
                    Value::List(inner) if name == "flat" => inner.clone(),
                    other => vec![other.clone()],
                });
                Some(Value::List(flat.collect()))
            }
            "some" | "every" | "find" | "filter" | "map" | "flatMap" | "forEach" => {
                let Some(Value::Function(function)) = first else { return Some(Value::Unknown) };
                Some(self.each(*function, all, name))
            }
            _ => None,
        }
    }

    /// Of something that is not known: whatever list it is, she is not in it.
    fn of_unknown(&mut self, name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
        match (name, args.first()) {
            (
                "includes" | "has" | "test" | "startsWith" | "endsWith",
                Some(Value::Person | Value::Nobody),
            ) => {
                self.about.user = true;
                Some(self.bool(false))
            }
            ("some" | "find" | "filter" | "flatMap", Some(Value::Function(function))) => {
                let made = self.function(*function, vec![Value::Unknown]);
                match (name, made.truth()) {
                    ("some", Some(false)) => Some(self.bool(false)),
                    ("find", Some(false)) => Some(Value::Nothing),
                    ("filter", Some(false)) => Some(Value::List(Vec::new())),
                    _ => Some(Value::Unknown),
                }
            }
            _ => None,
        }
    }

    /// What a function that is called with each item makes of a list.
    fn each(&mut self, function: FunctionAt<'a>, all: &[Value<'a>], name: &str) -> Value<'a> {
        if all.len() > MAX_ITEMS {
            return Value::Unknown;
        }
        let mut given = Vec::new();
        for item in all {
            given.push(self.function(function, vec![item.clone()]));
        }
        let truths: Vec<Option<bool>> = given.iter().map(Value::truth).collect();
        match name {
            "some" if truths.contains(&Some(true)) => self.bool(true),
            "every" if truths.contains(&Some(false)) => self.bool(false),
            "some" | "every" | "filter" if truths.contains(&None) => Value::Unknown,
            "some" | "every" => self.bool(name == "every"),
            "find" => match truths.iter().position(|truth| *truth != Some(false)) {
                None => Value::Nothing,
                Some(at) if truths.get(at) == Some(&Some(true)) => {
                    all.get(at).cloned().unwrap_or(Value::Unknown)
                }
                Some(_) => Value::Unknown,
            },
            "filter" => {
                let kept = all.iter().zip(&truths).filter(|(_, truth)| **truth == Some(true));
                Value::List(kept.map(|(item, _)| item.clone()).collect())
            }
            "map" => Value::List(given),
            "flatMap" => Value::List(
                given
                    .into_iter()
                    .flat_map(|item| match item {
                        Value::List(inner) => inner,
                        other => vec![other],
                    })
                    .collect(),
            ),
            _ => Value::Unknown,
        }
    }

    /// Of somebody in particular: nothing that is written is hers, but that she is a user.
    fn of_person(&mut self, name: &str, args: &[Value<'a>]) -> Value<'a> {
        self.about.user = true;
        let first = args.first();
        match name {
            "startsWith" => {
                let is_kind =
                    matches!(first, Some(Value::Text(text)) if "user:default/".starts_with(text.as_str()));
                self.bool(is_kind)
            }
            "includes" | "has" | "endsWith" | "test" => match first {
                Some(Value::Person) | None => Value::Unknown,
                Some(_) => self.bool(false),
            },
            "some" | "every" | "find" | "filter" | "map" | "flatMap" | "forEach" => match first {
                Some(Value::Function(function)) => {
                    let made = self.function(*function, vec![Value::Person]);
                    match (name, made.truth()) {
                        ("some" | "every", Some(truth)) => self.bool(truth),
                        ("find" | "filter", Some(true)) => Value::Person,
                        ("find", Some(false)) => Value::Nothing,
                        ("filter", Some(false)) => Value::List(Vec::new()),
                        ("map" | "flatMap", _) => match made {
                            Value::Person => Value::Person,
                            other => Value::List(vec![other]),
                        },
                        _ => Value::Unknown,
                    }
                }
                _ => Value::Unknown,
            },
            _ if asks(name) => self.bool(false),
            _ => Value::Person,
        }
    }
}

/// What a call gives of which nothing is known: what is found out about somebody is hers; whether she is something
/// in particular, she is not.
fn unknown<'a>(name: &str, args: &[Value<'a>]) -> Value<'a> {
    let of_person = args.iter().any(|arg| matches!(arg, Value::Person));
    let of_nobody = args.iter().any(|arg| matches!(arg, Value::Nobody));
    if asks(name) && (of_person || of_nobody) {
        return Value::Bool(false, super::About { user: true, permission: false });
    }
    if of_person { Value::Person } else { Value::Unknown }
}

/// Whether a function is called so that it answers yes or no.
fn asks(name: &str) -> bool {
    ["is", "has", "in", "can", "belongs", "check", "match"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}
