use super::tests_of;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Def};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let tests = tests_of::policies(cx.code()?);
    if tests.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for test in tests {
        let mut todo = vec![test];
        while let Some(part) = todo.pop() {
            let always = match &part.expr.kind {
                ExprKind::Sequence(parts) => {
                    let last = parts.last().map_or("", |last| part.module.source(last.span));
                    Some(format!("only `{}`, the last of what stands between commas, decides", short(last)))
                }
                ExprKind::Binary { op: "&&" | "||" | "??", sides } => {
                    todo.extend(sides.iter().map(|side| part.with(side)));
                    None
                }
                ExprKind::Unary { op: "!", operand } => {
                    todo.push(part.with(operand));
                    None
                }
                _ => constant(part).map(|why| format!("`{}` in a condition is {why}", short(part.source()))),
            };
            if let Some(message) = always {
                findings
                    .at(&part.place(), message)
                    .why("the branch is taken for every permission and everybody, or for none")
                    .fix(Fix::manual("ask each permission by its own `isPermission(request.permission, ..)`, joined with `||`, and await what is a promise"));
            }
        }
    }
    Ok(())
}

/// Why a part of a condition is always the same.
fn constant(part: At<'_>) -> Option<&'static str> {
    match &part.expr.kind {
        ExprKind::String(text) => {
            Some(if text.is_empty() { "always false" } else { "a text, and always true" })
        }
        ExprKind::Object(_) | ExprKind::Array(_) | ExprKind::Regex(_) => Some("always true"),
        ExprKind::Function(_) => Some("a function that is not called, and always true"),
        ExprKind::Assign { op: "=", .. } => Some("assigned, not compared"),
        ExprKind::Call(call) => {
            is_async(CallAt { at: part, call }).then_some("a promise that is not awaited, and always true")
        }
        ExprKind::Ident(_) | ExprKind::Member { .. } => match part.resolve() {
            Def::Function(_) => Some("a function that is not called, and always true"),
            // Permissions are objects: `catalogEntityReadPermission`.
            Def::External { source, name } if source.contains("-common") && name.ends_with("Permission") => {
                (!name.starts_with("is")).then_some("a permission, and always true")
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether a function of the repository is called that gives a promise.
fn is_async(call: CallAt<'_>) -> bool {
    let module = call.at.module;
    if let (Some(ExprKind::This), Some(name)) = (call.receiver().map(|of| &of.expr.kind), call.name()) {
        return module.text().contains(&format!("async {name}("));
    }
    let Def::Function(function) = call.callee() else { return false };
    let own = function.module.source(function.function.span).trim_start();
    let before = function.module.text().get(..function.function.span.start as usize).unwrap_or_default();
    own.starts_with("async") || before.trim_end().ends_with("async")
}

fn short(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().take(60).collect()
}
