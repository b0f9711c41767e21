//! Statements, in order.

use crate::code::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::code::at::FunctionAt;
use crate::code::flow::taint::{MAX_LEVELS, Run, Taint};

impl<'a> Run<'a, '_> {
    pub(super) fn stmts(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) {
        for stmt in stmts {
            if self.levels >= MAX_LEVELS {
                return;
            }
            self.levels += 1;
            self.stmt(inside, stmt);
            self.levels -= 1;
        }
    }

    pub(super) fn branch(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) {
        let before = std::mem::replace(&mut self.is_branch, true);
        self.stmts(inside, stmts);
        self.is_branch = before;
    }

    pub(super) fn stmt(&mut self, inside: FunctionAt<'a>, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => {
                self.expr(inside, expr);
            }
            StmtKind::Var(all) => {
                for one in all {
                    if let Some(value) = &one.value {
                        let taint = self.expr(inside, value);
                        let taint = self.part(taint, inside, &one.pattern);
                        self.bind(inside, &one.pattern, &taint);
                    }
                }
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let taint = self.expr(inside, value);
                    self.returned = std::mem::replace(&mut self.returned, Taint::Clean).or(taint);
                }
            }
            StmtKind::If { test, then, otherwise } => {
                let before = self.checks.len();
                self.test(inside, test);
                self.branch(inside, std::slice::from_ref(&**then));
                if let Some(otherwise) = otherwise {
                    self.branch(inside, std::slice::from_ref(&**otherwise));
                }
                // What was asked holds behind it only where one side does not get there.
                if !exits(then) && !otherwise.as_ref().is_some_and(|other| exits(other)) {
                    self.checks.truncate(before);
                }
            }
            StmtKind::Switch { on, cases } => {
                let on = self.expr(inside, on);
                if let Taint::Outside(_) = on {
                    self.checks.push(inside.module.place(stmt.span));
                }
                for case in cases {
                    self.branch(inside, &case.body);
                }
            }
            StmtKind::Loop { head, each, body, .. } => {
                if let Some((pattern, over)) = each.as_deref() {
                    let taint = self.expr(inside, over);
                    let taint = self.part(taint, inside, pattern);
                    self.bind(inside, pattern, &taint);
                }
                self.stmts(inside, head);
                // What the end of a round does, the next one sees.
                self.branch(inside, std::slice::from_ref(&**body));
                self.branch(inside, std::slice::from_ref(&**body));
            }
            StmtKind::Try(tried) => {
                self.stmts(inside, &tried.block);
                self.branch(inside, tried.handler.as_deref().unwrap_or_default());
                self.stmts(inside, &tried.finalizer);
            }
            StmtKind::Block(body) => self.stmts(inside, body),
            StmtKind::Function(_)
            | StmtKind::Class(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Other => {}
        }
    }

    /// A condition. One that hands such a value to a call may ask whether it is one of those that are fine.
    pub(super) fn test(&mut self, inside: FunctionAt<'a>, test: &'a Expr) {
        use crate::code::walk::Walk as _;
        let mut calls = Vec::new();
        test.walk(&mut |expr| {
            if let ExprKind::Call(call) = &expr.kind
                && asks(&call.callee)
            {
                calls.push((expr, call));
            }
        });
        self.expr(inside, test);
        for (expr, call) in calls {
            let asks = call
                .args
                .iter()
                .chain([&*call.callee])
                .any(|part| matches!(self.expr(inside, part), Taint::Outside(_)));
            if asks {
                self.checks.push(inside.module.place(expr.span));
            }
        }
    }
}

/// Whether a call in a condition asks if a value is one of those that are fine.
fn asks(callee: &Expr) -> bool {
    let (ExprKind::Ident(name) | ExprKind::Member { name, .. }) = &callee.kind else { return false };
    let known = [
        "includes",
        "has",
        "test",
        "match",
        "startsWith",
        "indexOf",
        "some",
        "find",
        "every",
        "isChildPath",
        "matches",
    ];
    let lower = name.to_ascii_lowercase();
    let says =
        ["allow", "valid", "safe", "permit", "trusted", "whitelist"].iter().any(|word| lower.contains(word));
    known.contains(&&**name) || says
}

/// Whether what follows a statement is not run after it.
fn exits(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Return(_) | StmtKind::Throw(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::Block(body) => body.iter().any(exits),
        _ => false,
    }
}
