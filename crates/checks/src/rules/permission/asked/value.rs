//! What is known about a value.

use std::sync::Arc;

use super::{About, Test};
use crate::Place;
use crate::code::ast::Span;
use crate::code::{FunctionAt, Module};

#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Unknown,
    /// `undefined` and `null`.
    Nothing,
    /// The user who is not there, and whatever is taken of her.
    Nobody,
    /// A user whom no code names, and whatever is taken of her.
    Person,
    /// The request, with the permission that is asked for.
    Request,
    /// That permission.
    Permission,
    /// Another one, by its name.
    Other(String),
    Bool(bool, About),
    Number(f64),
    Text(String),
    List(Vec<Value<'a>>),
    Object(Vec<(Arc<str>, Value<'a>)>),
    Function(FunctionAt<'a>),
    /// Something of a package, by its last name.
    Named(Arc<str>),
    /// A decision, and where it was made.
    Decision(String, Box<Origin<'a>>),
}

/// Where a decision was made, and under which conditions.
#[derive(Clone, Debug)]
pub(in super::super) struct Origin<'a> {
    pub(in super::super) module: &'a Module,
    pub(in super::super) span: Span,
    pub(in super::super) tests: Vec<Test<'a>>,
}

impl Origin<'_> {
    pub(in super::super) fn place(&self) -> Place {
        self.module.place(self.span)
    }
}

impl Value<'_> {
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Value::Unknown => None,
            Value::Nothing | Value::Nobody => Some(false),
            Value::Bool(value, _) => Some(*value),
            Value::Number(value) => Some(*value != 0.0),
            Value::Text(value) => Some(!value.is_empty()),
            _ => Some(true),
        }
    }

    /// How much there is of it; nothing, if it is more than that, or nested too deeply.
    pub(super) fn weight(&self, most: usize, depth: u8) -> Option<usize> {
        const MAX_DEPTH: u8 = 24;
        let mut all = 1;
        let mut add = |part: &Self| {
            all += part.weight(most, depth + 1)?;
            (all <= most).then_some(())
        };
        match self {
            Value::List(_) | Value::Object(_) if depth >= MAX_DEPTH => return None,
            Value::List(parts) => parts.iter().try_for_each(&mut add)?,
            Value::Object(parts) => parts.iter().try_for_each(|(_, part)| add(part))?,
            Value::Text(text) => all += text.len() / 16,
            Value::Decision(_, origin) => all += origin.tests.len() / 4,
            _ => {}
        }
        (all <= most).then_some(all)
    }

    pub(super) fn about(&self) -> About {
        match self {
            Value::Bool(_, about) => *about,
            Value::Nobody | Value::Person => About { user: true, permission: false },
            Value::Request | Value::Permission => About { user: false, permission: true },
            _ => About::default(),
        }
    }

    /// Whether two are the same. What is of somebody is nothing that is written anywhere.
    pub(super) fn is(&self, other: &Self) -> Option<bool> {
        use Value::{Bool, Named, Nobody, Nothing, Number, Other, Permission, Person, Text, Unknown};
        Some(match (self, other) {
            // She is nothing that the code compares her with.
            (Person, Unknown) | (Unknown, Person) => false,
            (Unknown, _) | (_, Unknown) => return None,
            (Nothing | Nobody, Nothing | Nobody) => true,
            (Text(a), Text(b)) | (Other(a), Other(b)) => a == b,
            (Bool(a, _), Bool(b, _)) => a == b,
            (Number(a), Number(b)) => (a - b).abs() < f64::EPSILON,
            (Named(a), Named(b)) => a == b,
            (Person, Person) | (Permission, Named(_) | Other(_)) | (Named(_) | Other(_), Permission) => {
                return None;
            }
            _ => false,
        })
    }

    /// What is known where it may be the one or the other.
    pub(super) fn or(self, other: &Self) -> Self {
        if let (Value::Decision(a, origin), Value::Decision(b, _)) = (&self, other)
            && a == b
        {
            return Value::Decision(a.clone(), origin.clone());
        }
        if self.is_of_person() && other.is_of_person() {
            return Value::Person;
        }
        match (&self, other) {
            (Value::Function(a), Value::Function(b)) if a.function.span == b.function.span => self,
            (Value::Request, Value::Request) | (Value::Permission, Value::Permission) => self,
            (Value::List(a), Value::List(b)) if a.len() == b.len() => {
                let all = a.iter().zip(b).map(|(a, b)| a.clone().or(b));
                Value::List(all.collect())
            }
            (Value::Decision(..) | Value::Object(_) | Value::List(_) | Value::Function(_), _) => {
                Value::Unknown
            }
            _ if self.is(other) == Some(true) => self,
            _ => Value::Unknown,
        }
    }

    fn is_of_person(&self) -> bool {
        match self {
            Value::Person => true,
            Value::List(all) => all.iter().all(Value::is_of_person),
            _ => false,
        }
    }
}
