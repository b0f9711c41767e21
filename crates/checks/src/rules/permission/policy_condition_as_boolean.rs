use super::tests_of;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Def};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let tests = tests_of::policies(cx.code()?);
    if tests.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for test in tests {
        let mut todo = vec![test];
        while let Some(part) = todo.pop() {
            match &part.expr.kind {
                ExprKind::Binary { op: "&&" | "||" | "??" | "===" | "==" | "!==" | "!=", sides } => {
                    todo.extend(sides.iter().map(|side| part.with(side)));
                }
                ExprKind::Unary { op: "!", operand } | ExprKind::Await(operand) => {
                    todo.push(part.with(operand));
                }
                _ => {
                    if let Some(made) = condition(part) {
                        findings
                            .at(&part.place(), format!("`{}` is a condition for the plugin to apply, and always true here", part.source().split_whitespace().collect::<String>()))
                            .why("only the plugin that has the resource can tell whether it holds, so nothing about the resource is looked at")
                            .fix(Fix::manual("return it: `createCatalogConditionalDecision(request.permission, ..)`"))
                            .because(Some(&made.place()), "it is made here");
                    }
                }
            }
        }
    }
    Ok(())
}

/// The call that makes a condition, or a conditional decision, where that is what something stands for.
fn condition(part: At<'_>) -> Option<CallAt<'_>> {
    let made = part.call()?;
    let is = match made.callee() {
        Def::External { name, .. } => {
            let (of, last) = name.rsplit_once('.').unwrap_or(("", &name));
            of.ends_with("Conditions")
                || (last.starts_with("create") && last.ends_with("ConditionalDecision"))
        }
        // `createConditionFactory(rule)`, and what `createConditionExports` gives.
        Def::Value(factory) => {
            factory.call().is_some_and(|factory| factory.name() == Some("createConditionFactory"))
        }
        Def::Member { object, .. } => match *object {
            Def::Member { name, .. } => &*name == "conditions",
            _ => false,
        },
        _ => false,
    };
    is.then_some(made)
}
