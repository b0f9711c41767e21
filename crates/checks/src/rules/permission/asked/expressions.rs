//! What an expression gives.

use std::sync::Arc;

use super::value::{Origin, Value};
use super::{About, MAX_LEVELS, MAX_STEPS, Run, Test};
use crate::code::ast::{Expr, ExprKind, PatternKind, Property};
use crate::code::{At, CallAt, Def, FunctionAt};

/// Parts of a value: of lists and objects, and of each sixteen bytes of a text.
const MAX_WEIGHT: usize = 10_000;

impl<'a> Run<'a, '_> {
    /// The value of a whole expression; what it was made of is noted anew.
    pub(super) fn fresh(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Value<'a> {
        self.about = About::default();
        match self.expr(inside, expr) {
            Value::Bool(value, about) => Value::Bool(value, about.or(self.about)),
            other => other,
        }
    }

    pub(super) fn expr(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Value<'a> {
        if self.levels >= MAX_LEVELS || self.steps >= MAX_STEPS {
            return Value::Unknown;
        }
        self.levels += 1;
        self.steps += 1;
        let value = self.expr_below(inside, expr);
        let value = self.measured(value);
        self.levels -= 1;
        self.about = self.about.or(value.about());
        value
    }

    /// A value that is not too large. What is large costs as many steps: it is copied wherever it is named.
    fn measured(&mut self, value: Value<'a>) -> Value<'a> {
        let Some(weight) = value.weight(MAX_WEIGHT, 0) else { return Value::Unknown };
        self.steps = self.steps.saturating_add(u32::try_from(weight / 16).unwrap_or(u32::MAX));
        value
    }

    fn expr_below(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Value<'a> {
        match &expr.kind {
            ExprKind::Ident(name) => self.name(inside, expr, name),
            ExprKind::String(text) => Value::Text(text.to_string()),
            ExprKind::Number(number) => Value::Number(*number),
            ExprKind::Bool(value) => self.bool(*value),
            ExprKind::Null => Value::Nothing,
            ExprKind::Template { tag: None, body } => self.template(inside, &body.texts, &body.parts),
            ExprKind::Await(inner) => self.expr(inside, inner),
            ExprKind::Array(items) => self.list(inside, items),
            ExprKind::Object(properties) => self.object(inside, expr, properties),
            ExprKind::Member { object, name, .. } => {
                let of = match &object.kind {
                    ExprKind::This => Value::Unknown,
                    _ => self.expr(inside, object),
                };
                match self.member(&of, name) {
                    Value::Unknown if matches!(of, Value::Unknown | Value::Named(_)) => {
                        self.defined(inside.at(expr))
                    }
                    value => value,
                }
            }
            ExprKind::Index { object, index } => {
                let (of, index) = (self.expr(inside, object), self.expr(inside, index));
                match (&of, index) {
                    (_, Value::Text(name)) => self.member(&of, &Arc::from(name)),
                    (Value::Person | Value::Nobody, _) => of,
                    (Value::List(all), Value::Number(at)) => {
                        let of =
                            (0_u32..).zip(all).find(|(own, _)| (f64::from(*own) - at).abs() < f64::EPSILON);
                        of.map_or(Value::Nothing, |(_, value)| value.clone())
                    }
                    // A table has no line for somebody whom it does not know.
                    (Value::Object(_), Value::Person) => Value::Nothing,
                    _ => Value::Unknown,
                }
            }
            ExprKind::Function(function) => {
                Value::Function(FunctionAt { code: inside.code, module: inside.module, function })
            }
            ExprKind::Call(call) => self.call(inside, CallAt { at: inside.at(expr), call }),
            ExprKind::New(call) => self.made(inside, CallAt { at: inside.at(expr), call }),
            ExprKind::Unary { op, operand } => {
                let value = self.expr(inside, operand);
                match (*op, value.truth()) {
                    ("!", Some(value)) => self.bool(!value),
                    ("typeof", _) => match value {
                        Value::Nothing | Value::Nobody => Value::Text("undefined".to_owned()),
                        Value::Text(_) => Value::Text("string".to_owned()),
                        _ => Value::Unknown,
                    },
                    _ => Value::Unknown,
                }
            }
            ExprKind::Binary { op, sides } => self.binary(inside, op, &sides[0], &sides[1]),
            ExprKind::Conditional { test, then, otherwise } => {
                let outer = std::mem::take(&mut self.about);
                let value = self.expr(inside, test);
                let about = std::mem::replace(&mut self.about, outer).or(value.about());
                self.about = self.about.or(about);
                match value.truth() {
                    Some(holds) => {
                        self.tests.push(Test { module: inside.module, expr: test, holds, about });
                        self.expr(inside, if holds { then } else { otherwise })
                    }
                    None => self.expr(inside, then).or(&self.expr(inside, otherwise)),
                }
            }
            ExprKind::Assign { op, sides } => {
                let (target, value) = &**sides;
                let value = self.expr(inside, value);
                match (*op, &target.kind) {
                    ("=", PatternKind::Place(place)) => self.forget(inside, place),
                    ("=", _) => self.bind(inside, target, value.clone()),
                    _ => self.bind(inside, target, Value::Unknown),
                }
                value
            }
            ExprKind::Sequence(all) => {
                let mut last = Value::Unknown;
                for one in all {
                    last = self.expr(inside, one);
                }
                last
            }
            _ => Value::Unknown,
        }
    }

    pub(super) fn bool(&self, value: bool) -> Value<'a> {
        Value::Bool(value, self.about)
    }

    fn name(&mut self, inside: FunctionAt<'a>, expr: &'a Expr, name: &Arc<str>) -> Value<'a> {
        if let Some(binding) = inside.module.binding(name, expr.span)
            && let Some(value) = self.names.get(&(Arc::clone(&inside.module.path), binding.span.start))
        {
            return value.clone();
        }
        self.defined(inside.at(expr))
    }

    /// What the code around says that something is.
    fn defined(&mut self, at: At<'a>) -> Value<'a> {
        match at.resolve() {
            Def::Function(function) => Value::Function(function),
            Def::Global(name) if &*name == "undefined" => Value::Nothing,
            Def::External { name, .. } => {
                let last = name.rsplit('.').next().unwrap_or(&name);
                let decides = name.starts_with("AuthorizeResult.");
                if decides { Value::Text(last.to_owned()) } else { Value::Named(Arc::from(last)) }
            }
            Def::Value(value) if value.module.path != at.module.path || value.span() != at.span() => {
                // What the file says, nothing has led to.
                let tests = std::mem::take(&mut self.tests);
                let around = value.module.functions_around(value.span()).last().copied();
                let found = match around {
                    // Of a function: what it is there, only that knows.
                    Some(_) => Value::Unknown,
                    None => self.written(value),
                };
                self.tests = tests;
                found
            }
            _ => Value::Unknown,
        }
    }

    /// An expression that stands in no function.
    fn written(&mut self, at: At<'a>) -> Value<'a> {
        // Its names are those of the file; any function of it will do to ask for them.
        let Some(function) = at.module.functions().next() else { return Self::plain(at) };
        self.expr(FunctionAt { code: at.code, module: at.module, function }, at.expr)
    }

    fn plain(at: At<'a>) -> Value<'a> {
        match &at.expr.kind {
            ExprKind::Array(items) if items.len() <= 200 => {
                Value::List(items.iter().map(|item| Self::plain(At { expr: item, ..at })).collect())
            }
            ExprKind::String(text) => Value::Text(text.to_string()),
            ExprKind::Call(call) => {
                Self::permission_of(CallAt { at, call }).map_or(Value::Unknown, Value::Other)
            }
            ExprKind::Ident(_) | ExprKind::Member { .. } => match at.resolve() {
                Def::External { name, .. } => {
                    Value::Named(Arc::from(name.rsplit('.').next().unwrap_or(&name)))
                }
                _ => at.text().map_or(Value::Unknown, Value::Text),
            },
            _ => at.text().map_or(Value::Unknown, Value::Text),
        }
    }

    fn template(&mut self, inside: FunctionAt<'a>, texts: &'a [Arc<str>], parts: &'a [Expr]) -> Value<'a> {
        let mut text = String::new();
        let mut whole = true;
        let mut of_person = false;
        for (at, before) in texts.iter().enumerate() {
            text.push_str(before);
            match parts.get(at).map(|part| self.expr(inside, part)) {
                None => {}
                Some(Value::Text(part)) => text.push_str(&part),
                Some(Value::Person) => of_person = true,
                Some(_) => whole = false,
            }
        }
        match (of_person, whole) {
            (true, _) => Value::Person,
            (false, true) => Value::Text(text),
            (false, false) => Value::Unknown,
        }
    }

    fn list(&mut self, inside: FunctionAt<'a>, items: &'a [Expr]) -> Value<'a> {
        let mut all = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::Spread(inner) => match self.expr(inside, inner) {
                    Value::List(more) => all.extend(more),
                    Value::Person => all.push(Value::Person),
                    Value::Nothing | Value::Nobody => {}
                    _ => all.push(Value::Unknown),
                },
                _ => all.push(self.expr(inside, item)),
            }
        }
        Value::List(all)
    }

    fn object(&mut self, inside: FunctionAt<'a>, expr: &'a Expr, properties: &'a [Property]) -> Value<'a> {
        let mut all: Vec<(Arc<str>, Value<'a>)> = Vec::new();
        for property in properties {
            let key = match (&property.key, &property.computed) {
                (Some(key), _) => Arc::clone(key),
                (None, Some(computed)) => match self.expr(inside, computed) {
                    Value::Text(key) => Arc::from(key),
                    Value::Named(key) => key,
                    _ => return Value::Unknown,
                },
                (None, None) => {
                    let ExprKind::Spread(inner) = &property.value.kind else { return Value::Unknown };
                    match self.expr(inside, inner) {
                        Value::Object(more) => all.extend(more),
                        Value::Nothing | Value::Nobody => {}
                        Value::Decision(result, _) => all.push((Arc::from("result"), Value::Text(result))),
                        _ => return Value::Unknown,
                    }
                    continue;
                }
            };
            let value = self.expr(inside, &property.value);
            all.push((key, value));
        }
        let result = all.iter().rev().find(|(key, _)| &**key == "result").map(|(_, value)| value);
        match result {
            Some(Value::Text(result)) if matches!(&**result, "ALLOW" | "DENY" | "CONDITIONAL") => {
                Value::Decision(result.clone(), Box::new(self.here(inside, expr)))
            }
            _ => Value::Object(all),
        }
    }

    /// That a decision was made here.
    pub(super) fn here(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Origin<'a> {
        self.steps = self.steps.saturating_add(u32::try_from(self.tests.len() / 8).unwrap_or(u32::MAX));
        Origin { module: inside.module, span: expr.span, tests: self.tests.clone() }
    }

    fn binary(&mut self, inside: FunctionAt<'a>, op: &str, left: &'a Expr, right: &'a Expr) -> Value<'a> {
        let one = self.expr(inside, left);
        match (op, one.truth()) {
            ("&&", Some(false)) | ("||", Some(true)) => return one,
            ("&&", Some(true)) | ("||", Some(false)) => return self.expr(inside, right),
            ("??", _) => {
                return match one {
                    Value::Nothing => self.expr(inside, right),
                    // `user?.refs ?? []` is of nobody still.
                    Value::Nobody => match self.expr(inside, right) {
                        Value::List(all) if all.is_empty() => Value::Nobody,
                        other => other,
                    },
                    Value::Unknown => {
                        self.expr(inside, right);
                        Value::Unknown
                    }
                    one => one,
                };
            }
            ("&&" | "||", None) => {
                let two = self.expr(inside, right);
                // Whatever the one is, the other decides.
                return match (op, two.truth()) {
                    ("&&", Some(false)) => self.bool(false),
                    ("||", Some(true)) => self.bool(true),
                    _ => Value::Unknown,
                };
            }
            _ => {}
        }
        let two = self.expr(inside, right);
        match op {
            "===" | "==" => self.same(&one, &two).map_or(Value::Unknown, |same| self.bool(same)),
            "!==" | "!=" => self.same(&one, &two).map_or(Value::Unknown, |same| self.bool(!same)),
            "+" => match (one, two) {
                (Value::Text(one), Value::Text(two)) => Value::Text(one + &two),
                (Value::Person, _) | (_, Value::Person) => Value::Person,
                _ => Value::Unknown,
            },
            "<" | "<=" | ">" | ">=" => match (one, two) {
                (Value::Number(one), Value::Number(two)) => {
                    let holds = match op {
                        "<" => one < two,
                        "<=" => one <= two,
                        ">" => one > two,
                        _ => one >= two,
                    };
                    self.bool(holds)
                }
                _ => Value::Unknown,
            },
            "in" => match (one, two) {
                (Value::Text(key), Value::Object(all)) => {
                    let has = all.iter().any(|(own, _)| **own == *key);
                    self.bool(has)
                }
                (Value::Person, Value::Object(_)) => self.bool(false),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    /// Whether two are the same.
    pub(super) fn same(&self, one: &Value<'a>, two: &Value<'a>) -> Option<bool> {
        match (one, two) {
            (Value::Permission, other) | (other, Value::Permission) => self.is_asked(other),
            _ => one.is(two),
        }
    }

    /// Whether something stands for the permission that is asked for.
    pub(super) fn is_asked(&self, other: &Value<'a>) -> Option<bool> {
        match other {
            Value::Permission => Some(true),
            Value::Named(name) => Some(**name == *self.asked.constant),
            Value::Other(name) | Value::Text(name) => Some(*name == self.asked.name),
            Value::Object(all) => {
                let name = all.iter().find(|(key, _)| &**key == "name").map(|(_, value)| value);
                match name {
                    Some(Value::Text(name)) => Some(*name == self.asked.name),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(super) fn member(&mut self, of: &Value<'a>, name: &Arc<str>) -> Value<'a> {
        self.about = self.about.or(of.about());
        let text = |text: &str| if text.is_empty() { Value::Nothing } else { Value::Text(text.to_owned()) };
        match (of, &**name) {
            (Value::Request, "permission") => Value::Permission,
            (Value::Permission | Value::Request, "name") => text(self.asked.name),
            (Value::Permission, "resourceType") => text(self.asked.resource),
            (Value::Permission, "type") => {
                text(if self.asked.resource.is_empty() { "basic" } else { "resource" })
            }
            (Value::Permission, "attributes") => {
                Value::Object(vec![(Arc::from("action"), text(self.asked.action))])
            }
            // `catalogEntityReadPermission.name`
            (Value::Named(own), "name") if **own == *self.asked.constant => text(self.asked.name),
            (Value::Named(own), "name") => Value::Text(format!("the name of {own}")),
            (Value::Other(own), "name") => Value::Text(own.clone()),
            (Value::Person, "length" | "size") => Value::Number(1.0),
            (Value::Person, _) => Value::Person,
            (Value::Nobody, "length" | "size") => Value::Number(0.0),
            (Value::Nobody, _) => Value::Nobody,
            (Value::Nothing, _) => Value::Nothing,
            (Value::Decision(result, _), "result") => Value::Text(result.clone()),
            (Value::List(all), "length" | "size") => {
                let exact = !all.iter().any(|value| matches!(value, Value::Unknown));
                let count = u32::try_from(all.len()).unwrap_or(u32::MAX);
                if exact { Value::Number(f64::from(count)) } else { Value::Unknown }
            }
            (Value::Object(all), _) => {
                let found = all.iter().rev().find(|(key, _)| key == name);
                found.map_or(Value::Nothing, |(_, value)| value.clone())
            }
            _ => Value::Unknown,
        }
    }

    /// What is assigned to a part of something makes that unknown.
    pub(super) fn forget(&mut self, inside: FunctionAt<'a>, place: &'a Expr) {
        if let ExprKind::Member { object, .. } | ExprKind::Index { object, .. } = &place.kind
            && let ExprKind::Ident(name) = &object.kind
            && let Some(binding) = inside.module.binding(name, object.span)
        {
            self.names.insert((Arc::clone(&inside.module.path), binding.span.start), Value::Unknown);
        }
    }
}
