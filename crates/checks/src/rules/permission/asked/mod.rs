//! What a permission policy answers when it is asked: its code is run, as far as it can be, for one permission and for
//! somebody of whom nothing is known, or for nobody.

mod calls;
mod expressions;
mod statements;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::ast::Expr;
use crate::code::{FunctionAt, Module};
use value::Value;

pub(super) use value::Origin;

/// Expressions that are looked at for one answer.
const MAX_STEPS: u32 = 20_000;
/// Levels of expressions and statements, over all calls. The stack ends here.
const MAX_LEVELS: u16 = 160;
/// Calls in calls that are followed.
const MAX_CALLS: u8 = 8;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'p> {
    /// Its name: `catalog.entity.read`.
    pub(super) name: &'p str,
    /// What packages call it: `catalogEntityReadPermission`.
    pub(super) constant: &'p str,
    /// `read`, `create`, `update`, `delete`; empty without one.
    pub(super) action: &'p str,
    /// The type of its resource; empty without one.
    pub(super) resource: &'p str,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// No user at all.
    Nobody,
    /// A user whom no code names, in no group that code names.
    Somebody,
}

/// What a policy surely answers; nothing, if it depends on what is not known.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    /// `ALLOW`, `DENY`, `CONDITIONAL`.
    pub(super) result: String,
    /// What led to it.
    pub(super) origin: Origin<'a>,
}

impl Answer<'_> {
    pub(super) fn allows(&self) -> bool {
        self.result == "ALLOW"
    }
}

/// A condition on the way to an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test<'a> {
    pub(super) module: &'a Module,
    pub(super) expr: &'a Expr,
    pub(super) holds: bool,
    pub(super) about: About,
}

/// What something was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) user: bool,
    pub(super) permission: bool,
}

impl About {
    fn or(self, other: Self) -> Self {
        Self { user: self.user || other.user, permission: self.permission || other.permission }
    }
}

/// Asks a policy's `handle`.
pub(super) fn ask<'a>(handle: FunctionAt<'a>, asked: Asked<'_>, who: Who) -> Option<Answer<'a>> {
    let mut run = Run {
        asked,
        names: HashMap::new(),
        returns: Vec::new(),
        tests: Vec::new(),
        about: About::default(),
        may_throw: false,
        threw: false,
        steps: 0,
        levels: 0,
        calls: 0,
    };
    let user = match who {
        Who::Nobody => Value::Nobody,
        Who::Somebody => Value::Person,
    };
    let value = run.function(handle, vec![Value::Request, user]);
    if run.steps >= MAX_STEPS || run.threw {
        return None;
    }
    match value {
        Value::Decision(result, origin) => Some(Answer { result, origin: *origin }),
        _ => None,
    }
}

/// A declared name: its module and the first byte of its declaration.
type Name = (Arc<str>, u32);

struct Run<'a, 'p> {
    asked: Asked<'p>,
    names: HashMap<Name, Value<'a>>,
    /// What the present function returned so far.
    returns: Vec<Value<'a>>,
    /// The conditions that led here.
    tests: Vec<Test<'a>>,
    /// What the present expression was made of.
    about: About,
    /// Whether the present function may have thrown.
    may_throw: bool,
    /// Whether something surely threw that nothing caught yet.
    threw: bool,
    steps: u32,
    levels: u16,
    calls: u8,
}
