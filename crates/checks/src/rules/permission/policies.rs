//! Permission policies in code.

use crate::code::ast::{ExprKind, Function, Stmt, StmtKind};
use crate::code::flow::{Return, returns};
use crate::code::{At, Code, Def, FunctionAt, Module};

/// A policy's `handle`, where it stands.
pub(super) struct Policy<'a> {
    pub(super) module: &'a Module,
    pub(super) handle: FunctionAt<'a>,
}

/// Policies that are looked at.
const MAX_POLICIES: usize = 40;

/// Every function `handle` of something that says it is a policy.
pub(super) fn all(code: &Code) -> Vec<Policy<'_>> {
    let mut found = Vec::new();
    let is_used = used(code);
    for module in code.mentioning("PermissionPolicy") {
        let text = module.text();
        if !text.contains("AuthorizeResult") && !text.contains("Decision") {
            continue;
        }
        for function in module.functions() {
            if is_named_handle(text, function) && is_used(module, function) {
                found.push(Policy { module, handle: FunctionAt { code, module, function } });
                if found.len() >= MAX_POLICIES {
                    return found;
                }
            }
        }
    }
    found
}

/// Whether a function may be the `handle` of a policy that is used: where it is known which ones are set, that of a class
/// of which nothing is ever made is not.
fn used(code: &Code) -> impl Fn(&Module, &Function) -> bool {
    let sets = code.set_policies();
    let is_known =
        !sets.is_empty() && sets.iter().all(|(_, def)| matches!(def, Def::Class(_) | Def::External { .. }));
    move |module, function| {
        let class = module.classes().filter(|class| class.span.holds(function.span)).last();
        let Some(name) = class.and_then(|class| class.name.as_deref()).filter(|_| is_known) else {
            return true;
        };
        code.calls(name).iter().any(|call| matches!(call.at.expr.kind, ExprKind::New(_)))
    }
}

/// A method, or a function in a property: its name may be its own or stand before it.
fn is_named_handle(text: &str, function: &Function) -> bool {
    let start = function.span.start as usize;
    let own = text.get(start..).unwrap_or_default().trim_start_matches("async").trim_start();
    let before = text.get(..start).unwrap_or_default().trim_end().trim_end_matches(['=', ':']).trim_end();
    function.name.as_deref() == Some("handle") || own.starts_with("handle(") || before.ends_with("handle")
}

/// Whether a policy asks nothing and allows everything.
pub(super) fn allows_all(policy: &Policy<'_>) -> bool {
    let ways = returns(policy.handle);
    matches!(&ways[..], [Return { value: Some(value), guards, .. }] if guards.is_empty() && allows(*value))
}

/// The statement with which a function ends when nothing before it returned.
pub(super) fn last_return(function: &Function) -> Option<&Stmt> {
    function
        .body
        .iter()
        .rev()
        .find(|stmt| !matches!(stmt.kind, StmtKind::Other))
        .filter(|stmt| matches!(stmt.kind, StmtKind::Return(_)))
}

/// Whether an expression is a decision that allows: `{ result: AuthorizeResult.ALLOW }`.
pub(super) fn allows(at: At<'_>) -> bool {
    let at = match &at.expr.kind {
        ExprKind::Await(inner) => at.with(inner),
        _ => at,
    };
    at.get("result").is_some_and(|result| {
        let text = result.source();
        text.ends_with("AuthorizeResult.ALLOW") || result.text().as_deref() == Some("ALLOW")
    }) || at
        .value()
        .property("result")
        .is_some_and(|(_, result)| result.source().ends_with("AuthorizeResult.ALLOW"))
}
