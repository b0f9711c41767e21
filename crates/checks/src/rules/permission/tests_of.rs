//! The conditions in modules with a permission policy.

use crate::code::ast::{Expr, ExprKind, Stmt, StmtKind};
use crate::code::{At, Code, Module};

/// Every condition of an `if` or a `? :` in the modules that policies are written in.
pub(super) fn policies(code: &Code) -> Vec<At<'_>> {
    let mut seen: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for policy in code.policies() {
        let module = policy.handle.module;
        if !seen.contains(&&*module.path) {
            seen.push(&module.path);
            found.extend(of_module(module).into_iter().map(|expr| At { code, module, expr }));
        }
    }
    found
}

fn of_module(module: &Module) -> Vec<&Expr> {
    let mut found = Vec::new();
    of_stmts(&module.body, &mut found);
    for function in module.functions() {
        of_stmts(&function.body, &mut found);
    }
    module.walk(&mut |expr| {
        if let ExprKind::Conditional { test, .. } = &expr.kind {
            found.push(&**test);
        }
    });
    found.sort_by_key(|test| test.span);
    found.dedup_by_key(|test| test.span);
    found
}

fn of_stmts<'a>(stmts: &'a [Stmt], found: &mut Vec<&'a Expr>) {
    for stmt in stmts {
        if let StmtKind::If { test, .. } = &stmt.kind {
            found.push(test);
        }
        stmt.parts().into_iter().for_each(|part| of_stmts(part, found));
    }
}
