use std::collections::BTreeSet;

use crate::code::ast::{Expr, ExprKind, Function, Span, Stmt, StmtKind};
use crate::code::{At, Code, Def, Module};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let policies = code.policies();
    if policies.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    let mut seen: Vec<&str> = Vec::new();
    for module in policies.iter().map(|policy| policy.handle.module) {
        if seen.contains(&&*module.path) {
            continue;
        }
        seen.push(&module.path);
        let mut told: BTreeSet<Span> = BTreeSet::new();
        module.walk(&mut |expr| {
            let Some(part) = part_of_name(code, module, expr) else { return };
            if refuses(module, expr) {
                return;
            }
            // The parts of one condition are one thing to mend.
            if test_around(module, expr).is_some_and(|test| !told.insert(test)) {
                return;
            }
            findings
                .at(&module.place(expr.span), format!("permissions are told by a part of their name, `{part}`"))
                .confidence(Confidence::Medium)
                .why("whatever a plugin brings tomorrow with that in its name is decided with the rest, unseen")
                .fix(Fix::manual("name the permissions with `isPermission`, or ask `permission.attributes.action` and `isResourcePermission`"));
        });
    }
    Ok(())
}

/// The text by which a permission's name is told: `name.includes('.read')`, `/read$/.test(name)`.
fn part_of_name<'a>(code: &'a Code, module: &'a Module, expr: &'a Expr) -> Option<String> {
    let ExprKind::Call(call) = &expr.kind else { return None };
    let ExprKind::Member { object, name, .. } = &call.callee.kind else { return None };
    let at = |expr| At { code, module, expr };
    let first = at(call.args.first()?);
    match &**name {
        "includes" | "startsWith" | "endsWith" | "match" | "indexOf" if is_name(at(object)) => {
            match &first.expr.kind {
                ExprKind::Regex(text) => Some(text.to_string()),
                _ => first.text(),
            }
        }
        "test" if is_name(first) => match &at(object).value().expr.kind {
            ExprKind::Regex(text) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether something is the name of a permission.
fn is_name(at: At<'_>) -> bool {
    match &at.expr.kind {
        ExprKind::Ident(name) => {
            let named = matches!(&**name, "permissionName" | "permName");
            // `const { name } = request.permission`
            let of = |def: &Def<'_>| matches!(def.member_name(), Some("permission"));
            named || matches!(at.resolve(), Def::Member { object, name } if &*name == "name" && of(&object))
        }
        ExprKind::Member { object, name, .. } => {
            let of = match &object.kind {
                ExprKind::Ident(name) | ExprKind::Member { name, .. } => &**name,
                _ => "",
            };
            &**name == "name" && of == "permission"
        }
        _ => false,
    }
}

/// Whether what follows the test only refuses: `if (name.includes('delete')) { return DENY }`.
fn refuses(module: &Module, expr: &Expr) -> bool {
    let Some(function) = module.functions_around(expr.span).last().copied() else { return false };
    let Some(branch) = branch(function, expr) else { return false };
    let text = module.source(branch);
    text.contains("DENY") && !text.contains("ALLOW") && !text.contains("onditional")
}

/// Where the branch is written that a test leads to.
fn branch(function: &Function, expr: &Expr) -> Option<Span> {
    conditions(function, expr).map(|(_, then)| then)
}

/// The test of an `if` that an expression is a part of.
fn test_around(module: &Module, expr: &Expr) -> Option<Span> {
    let function = module.functions_around(expr.span).last().copied()?;
    conditions(function, expr).map(|(test, _)| test)
}

fn conditions(function: &Function, expr: &Expr) -> Option<(Span, Span)> {
    let mut todo: Vec<&Stmt> = function.body.iter().collect();
    while let Some(stmt) = todo.pop() {
        if let StmtKind::If { test, then, .. } = &stmt.kind
            && test.span.holds(expr.span)
        {
            return Some((test.span, then.span));
        }
        todo.extend(stmt.parts().into_iter().flatten());
    }
    None
}
