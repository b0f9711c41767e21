//! Statements, in order.

use std::collections::HashMap;
use std::slice::from_ref;
use std::sync::Arc;

use super::value::{Origin, Value};
use super::{About, MAX_CALLS, MAX_LEVELS, Name, Run, Test};
use crate::code::FunctionAt;
use crate::code::ast::{Case, Expr, Pattern, PatternKind, Stmt, StmtKind};

/// Rounds of a loop that are run.
const MAX_ROUNDS: usize = 64;

/// How statements end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What follows is run.
    GoesOn,
    /// Nothing that follows in the function is.
    Leaves,
    /// The loop or switch around is left.
    Breaks,
    /// The next round of a loop begins.
    Continues,
    /// It is not known.
    Open,
}

impl<'a> Run<'a, '_> {
    /// What a function gives for what it is given.
    pub(super) fn function(&mut self, function: FunctionAt<'a>, args: Vec<Value<'a>>) -> Value<'a> {
        if self.calls >= MAX_CALLS {
            return Value::Unknown;
        }
        self.calls += 1;
        let returns = std::mem::take(&mut self.returns);
        let may_throw = std::mem::take(&mut self.may_throw);
        let tests = self.tests.len();
        let mut args = args.into_iter();
        for param in &function.function.params {
            let given = args.next().unwrap_or(Value::Nothing);
            self.bind(function, param, given);
        }
        if self.stmts(function, &function.function.body) != End::Leaves {
            self.returns.push(Value::Nothing);
        }
        let mut all = std::mem::replace(&mut self.returns, returns);
        if std::mem::replace(&mut self.may_throw, may_throw) {
            self.threw |= all.is_empty();
            all.push(Value::Unknown);
        }
        self.tests.truncate(tests);
        self.calls -= 1;
        all.into_iter().reduce(|one, other| one.or(&other)).unwrap_or(Value::Unknown)
    }

    pub(super) fn stmts(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) -> End {
        let mut end = End::GoesOn;
        for stmt in stmts {
            if self.levels >= MAX_LEVELS {
                return End::Open;
            }
            self.levels += 1;
            let this = self.stmt(inside, stmt);
            self.levels -= 1;
            if self.threw {
                return End::Leaves;
            }
            match this {
                End::GoesOn => {}
                End::Leaves => return End::Leaves,
                _ if end == End::GoesOn && this != End::Open => return this,
                End::Breaks | End::Continues => return End::Open,
                End::Open => end = End::Open,
            }
        }
        end
    }

    fn stmt(&mut self, inside: FunctionAt<'a>, stmt: &'a Stmt) -> End {
        match &stmt.kind {
            // What was asked within them led to their values only.
            StmtKind::Expr(expr) => {
                let tests = self.tests.len();
                self.fresh(inside, expr);
                self.tests.truncate(tests);
            }
            StmtKind::Var(all) => {
                let tests = self.tests.len();
                for one in all {
                    let value = one.value.as_ref().map_or(Value::Nothing, |value| self.fresh(inside, value));
                    self.bind(inside, &one.pattern, value);
                }
                self.tests.truncate(tests);
            }
            StmtKind::Return(value) => {
                let value = value.as_ref().map_or(Value::Nothing, |value| {
                    let found = self.fresh(inside, value);
                    self.stamped(inside, value, found)
                });
                self.returns.push(value);
                return End::Leaves;
            }
            StmtKind::Throw(_) => {
                self.may_throw = true;
                return End::Leaves;
            }
            StmtKind::Break => return End::Breaks,
            StmtKind::Continue => return End::Continues,
            StmtKind::Block(body) => return self.stmts(inside, body),
            StmtKind::If { test, then, otherwise } => {
                let otherwise = otherwise.as_deref().map(from_ref).unwrap_or_default();
                return self.choice(inside, test, from_ref(&**then), otherwise);
            }
            StmtKind::Switch { on, cases } => return self.switch(inside, on, cases),
            StmtKind::Loop { each, body, .. } => {
                let body = from_ref(&**body);
                let Some((pattern, over)) = each.as_deref() else { return self.maybe(inside, body) };
                let over = self.fresh(inside, over);
                return self.rounds(inside, pattern, over, body);
            }
            StmtKind::Try(all) => {
                // What goes wrong while it runs, nobody knows; what is thrown in any case is caught.
                let mut tried = self.stmts(inside, &all.block);
                if let Some(handler) = &all.handler
                    && std::mem::take(&mut self.threw)
                {
                    tried = self.stmts(inside, handler);
                }
                let done = self.stmts(inside, &all.finalizer);
                return if done == End::GoesOn { tried } else { done };
            }
            StmtKind::Function(_) | StmtKind::Class(_) | StmtKind::Other => {}
        }
        End::GoesOn
    }

    /// A condition, and what it is about.
    fn test(&mut self, inside: FunctionAt<'a>, test: &'a Expr) -> (Option<bool>, About) {
        let value = self.fresh(inside, test);
        (value.truth(), self.about.or(value.about()))
    }

    fn choice(
        &mut self,
        inside: FunctionAt<'a>,
        test: &'a Expr,
        then: &'a [Stmt],
        otherwise: &'a [Stmt],
    ) -> End {
        let (holds, about) = self.test(inside, test);
        if let Some(holds) = holds {
            // It also led to what follows.
            self.tests.push(Test { module: inside.module, expr: test, holds, about });
            return self.stmts(inside, if holds { then } else { otherwise });
        }
        let before = self.kept();
        let one = self.stmts_aside(inside, then);
        let after = std::mem::replace(&mut self.names, before);
        let other = self.stmts_aside(inside, otherwise);
        self.merge(after, one, other)
    }

    /// The names as they are now, for another way.
    fn kept(&mut self) -> HashMap<Name, Value<'a>> {
        self.steps = self.steps.saturating_add(u32::try_from(self.names.len() / 4).unwrap_or(u32::MAX));
        self.names.clone()
    }

    /// Statements that may be run, or not.
    fn maybe(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) -> End {
        let before = self.kept();
        let end = self.stmts_aside(inside, stmts);
        let end = if matches!(end, End::Breaks | End::Continues) { End::GoesOn } else { end };
        self.merge(before, End::GoesOn, end)
    }

    fn stmts_aside(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) -> End {
        let tests = self.tests.len();
        let end = self.stmts(inside, stmts);
        self.tests.truncate(tests);
        end
    }

    /// After one of two ways, with the names of the one that is not the present.
    fn merge(&mut self, other: HashMap<Name, Value<'a>>, one: End, two: End) -> End {
        match (one, two) {
            (End::Leaves, End::Leaves) => return End::Leaves,
            (End::Leaves, _) => {}
            (_, End::Leaves) => self.names = other,
            _ => {
                for (name, value) in other {
                    let own = self.names.remove(&name).unwrap_or(Value::Unknown);
                    self.names.insert(name, own.or(&value));
                }
            }
        }
        if one == End::GoesOn && two == End::GoesOn {
            return End::GoesOn;
        }
        End::Open
    }

    fn rounds(
        &mut self,
        inside: FunctionAt<'a>,
        pattern: &'a Pattern,
        over: Value<'a>,
        body: &'a [Stmt],
    ) -> End {
        let items = match over {
            Value::List(items) if items.len() <= MAX_ROUNDS => items,
            Value::Person => vec![Value::Person],
            Value::Nothing | Value::Nobody => Vec::new(),
            _ => {
                self.bind(inside, pattern, Value::Unknown);
                return self.maybe(inside, body);
            }
        };
        let mut end = End::GoesOn;
        for item in items {
            self.bind(inside, pattern, item);
            let tests = self.tests.len();
            let this = self.stmts(inside, body);
            self.tests.truncate(tests);
            match this {
                End::Leaves => return End::Leaves,
                End::Breaks => break,
                End::GoesOn | End::Continues => {}
                End::Open => end = End::Open,
            }
        }
        end
    }

    fn switch(&mut self, inside: FunctionAt<'a>, on: &'a Expr, cases: &'a [Case]) -> End {
        let value = self.fresh(inside, on);
        let about = self.about.or(value.about());
        let mut from = None;
        for (at, case) in cases.iter().enumerate() {
            let Some(test) = &case.test else { continue };
            let own = self.fresh(inside, test);
            match self.same(&value, &own) {
                Some(true) => {
                    from = Some((at, Some(test)));
                    break;
                }
                Some(false) => {}
                None => {
                    let mut end = End::GoesOn;
                    for case in cases {
                        end = self.maybe(inside, &case.body);
                    }
                    return if end == End::GoesOn { End::GoesOn } else { End::Open };
                }
            }
        }
        let default = || Some((cases.iter().position(|case| case.test.is_none())?, None));
        let Some((at, test)) = from.or_else(default) else { return End::GoesOn };
        if let Some(test) = test {
            self.tests.push(Test { module: inside.module, expr: test, holds: true, about });
        }
        for case in cases.iter().skip(at) {
            match self.stmts(inside, &case.body) {
                End::GoesOn => {}
                End::Breaks => return End::GoesOn,
                end => return end,
            }
        }
        End::GoesOn
    }

    /// A decision that is returned is made where that is, if nothing led to where it is written.
    fn stamped(&self, inside: FunctionAt<'a>, expr: &'a Expr, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Decision(result, origin) if origin.tests.is_empty() => {
                let tests = self.tests.clone();
                Value::Decision(result, Box::new(Origin { module: inside.module, span: expr.span, tests }))
            }
            other => other,
        }
    }

    pub(super) fn bind(&mut self, inside: FunctionAt<'a>, pattern: &'a Pattern, value: Value<'a>) {
        if self.levels >= MAX_LEVELS {
            return;
        }
        self.levels += 1;
        match &pattern.kind {
            PatternKind::Name(name) => {
                let declared =
                    inside.module.binding(name, pattern.span).map_or(pattern.span, |found| found.span);
                self.names.insert((Arc::clone(&inside.module.path), declared.start), value);
            }
            PatternKind::Place(_) => {}
            PatternKind::Object { entries, rest } => {
                for (key, inner) in entries {
                    let part = key.as_ref().map_or(Value::Unknown, |key| self.member(&value, key));
                    self.bind(inside, inner, part);
                }
                if let Some(rest) = rest {
                    self.bind(inside, rest, Value::Unknown);
                }
            }
            PatternKind::Array { items, rest } => {
                for (at, inner) in items.iter().enumerate() {
                    let Some(inner) = inner else { continue };
                    let part = match &value {
                        Value::List(all) => all.get(at).cloned().unwrap_or(Value::Nothing),
                        Value::Person => Value::Person,
                        _ => Value::Unknown,
                    };
                    self.bind(inside, inner, part);
                }
                if let Some(rest) = rest {
                    self.bind(inside, rest, Value::Unknown);
                }
            }
            PatternKind::Default(inner, default) => {
                let value = match value {
                    Value::Nothing => self.expr(inside, default),
                    value => value,
                };
                self.bind(inside, inner, value);
            }
        }
        self.levels -= 1;
    }
}
