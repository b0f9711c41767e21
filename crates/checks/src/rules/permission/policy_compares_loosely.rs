use super::policies;
use crate::code::Walk as _;
use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let all = policies::all(code);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for policy in &all {
        policy.handle.function.walk(&mut |expr| {
            let ExprKind::Binary { op, sides } = &expr.kind else { return };
            let [left, right] = &**sides;
            if !matches!(*op, "===" | "==" | "!==" | "!=") {
                return;
            }
            let is_permission = |side: &crate::code::ast::Expr| {
                matches!(&side.kind, ExprKind::Member { name, .. } if &**name == "permission")
            };
            let against = if is_permission(left) { right } else if is_permission(right) { left } else { return };
            if matches!(against.kind, ExprKind::Null | ExprKind::String(_)) || policy.module.source(against.span) == "undefined" {
                return;
            }
            findings
                .at(&policy.module.place(expr.span), "a permission is compared as an object")
                .why("over HTTP it arrives as a copy, so that the comparison is always false and the rule never applies")
                .fix(Fix::manual("use `isPermission(request.permission, thePermission)`"));
        });
    }
    // How groups are told, also in functions beside the policy.
    let mut seen = Vec::new();
    for policy in &all {
        if seen.contains(&policy.module.path) {
            continue;
        }
        seen.push(policy.module.path.clone());
        policy.module.walk(&mut |expr| {
            let place = || policy.module.place(expr.span);
            let loose = match &expr.kind {
                ExprKind::Regex(text) if text.contains("group:") && (text.contains("[^/]") || text.contains(".*") || text.contains(".+")) => {
                    Some("a pattern passes over the namespace of a group")
                }
                ExprKind::Call(call) => {
                    let name = match &call.callee.kind {
                        ExprKind::Member { name, .. } => &**name,
                        _ => "",
                    };
                    let argument = call.args.first().map(|arg| policy.module.source(arg.span)).unwrap_or_default();
                    let of_ref = policy.module.source(call.callee.span).to_ascii_lowercase();
                    (name == "endsWith" && (of_ref.contains("ref") || of_ref.contains("group") || argument.contains('/')))
                        .then_some("a group is told by the end of its name")
                }
                _ => None,
            };
            if let Some(what) = loose {
                findings
                    .at(&place(), what)
                    .confidence(Confidence::Medium)
                    .why("`group:other/admins` is then taken for `group:default/admins`; whoever can register a group makes one")
                    .fix(Fix::manual("compare whole refs: `group:default/admins`"));
            }
        });
    }
    Ok(())
}
