//! What a function returns, and when.

use crate::Place;
use crate::code::ast::{Expr, ExprKind, Span, Stmt, StmtKind};
use crate::code::at::{At, FunctionAt};
use crate::code::guards::Guard;

/// One way in which a function ends with a value.
#[derive(Clone, Debug)]
pub struct Return<'a> {
    /// What it returns; `None` where it ends without a value, also at its end.
    pub value: Option<At<'a>>,
    /// Where.
    pub place: Place,
    /// The conditions under which it gets there, in order: those around it, and those that did not hold before it.
    pub guards: Vec<Guard<'a>>,
}

/// All ways in which a function ends with a value, in order; the last one is what is left when no other applies. What
/// it throws is not among them. A `? :` is one for each side.
pub fn returns(function: FunctionAt<'_>) -> Vec<Return<'_>> {
    let mut walk = Walk { function, guards: Vec::new(), found: Vec::new() };
    let body = function.function;
    if walk.stmts_kept(&body.body) {
        let end = Span { start: body.body_span.end.saturating_sub(1), end: body.body_span.end };
        walk.add(None, end);
    }
    walk.found
}

struct Walk<'a> {
    function: FunctionAt<'a>,
    guards: Vec<Guard<'a>>,
    found: Vec<Return<'a>>,
}

impl<'a> Walk<'a> {
    /// Whether the end of the statements can be reached.
    fn stmts(&mut self, stmts: &'a [Stmt]) -> bool {
        let before = self.guards.len();
        let goes_on = self.stmts_kept(stmts);
        self.guards.truncate(before);
        goes_on
    }

    /// The same; the conditions that hold at the end stay on the list.
    fn stmts_kept(&mut self, stmts: &'a [Stmt]) -> bool {
        stmts.iter().all(|stmt| self.stmt(stmt))
    }

    /// The same for one statement; conditions that hold from there on stay on the list.
    fn stmt(&mut self, stmt: &'a Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Return(value) => {
                match value {
                    Some(value) => self.value(value),
                    None => self.add(None, stmt.span),
                }
                false
            }
            StmtKind::Throw(_) | StmtKind::Break | StmtKind::Continue => false,
            StmtKind::Block(body) => self.stmts_kept(body),
            StmtKind::If { test, then, otherwise } => {
                let before = self.guards.len();
                let then_goes_on = self.under(Guard::of(test, true, then.span), then);
                let then_guards = self.guards.split_off(before);
                let other_guard =
                    Guard::of(test, false, otherwise.as_ref().map_or(stmt.span, |other| other.span));
                let other_goes_on = if let Some(otherwise) = otherwise {
                    self.under(other_guard, otherwise)
                } else {
                    self.guards.push(other_guard);
                    true
                };
                let other_guards = self.guards.split_off(before);
                // What holds behind it is known only where one of the two sides is left.
                match (then_goes_on, other_goes_on) {
                    (true, false) => self.guards.extend(then_guards),
                    (false, true) => self.guards.extend(other_guards),
                    _ => {}
                }
                then_goes_on || other_goes_on
            }
            StmtKind::Switch { on, cases } => {
                let mut goes_on = !cases.iter().any(|case| case.test.is_none());
                let mut last = true;
                for case in cases {
                    let guard =
                        Guard { test: Some(on), case: case.test.as_ref(), holds: true, over: case.span };
                    self.guards.push(guard);
                    last = self.stmts(&case.body);
                    self.guards.pop();
                    goes_on |= breaks(&case.body);
                }
                goes_on || last
            }
            StmtKind::Loop { body, once, .. } => {
                let goes_on = self.stmts(std::slice::from_ref(&**body));
                !once || goes_on || breaks(std::slice::from_ref(&**body))
            }
            StmtKind::Try(all) => {
                let tried = self.stmts(&all.block);
                let handled = all.handler.as_ref().is_some_and(|handler| {
                    self.guards.push(Guard { test: None, case: None, holds: true, over: stmt.span });
                    let goes_on = self.stmts(handler);
                    self.guards.pop();
                    goes_on
                });
                self.stmts(&all.finalizer) && (tried || handled)
            }
            _ => true,
        }
    }

    fn under(&mut self, guard: Guard<'a>, stmt: &'a Stmt) -> bool {
        self.guards.push(guard);
        self.stmts_kept(std::slice::from_ref(stmt))
    }

    fn value(&mut self, value: &'a Expr) {
        if let ExprKind::Conditional { test, then, otherwise } = &value.kind {
            for (side, holds) in [(then, true), (otherwise, false)] {
                self.guards.push(Guard::of(test, holds, side.span));
                self.value(side);
                self.guards.pop();
            }
            return;
        }
        self.add(Some(value), value.span);
    }

    fn add(&mut self, value: Option<&'a Expr>, span: Span) {
        self.found.push(Return {
            value: value.map(|value| self.function.at(value)),
            place: self.function.module.place(span),
            guards: self.guards.clone(),
        });
    }
}

/// Whether statements have a `break` of the switch or loop that they are in.
fn breaks(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Break => true,
        StmtKind::Switch { .. } | StmtKind::Loop { .. } => false,
        _ => stmt.parts().into_iter().any(breaks),
    })
}
