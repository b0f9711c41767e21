use super::policies;
use crate::code::ast::StmtKind;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = policies::all(cx.code()?);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for policy in all {
        let Some(last) = policies::last_return(policy.handle.function) else { continue };
        let StmtKind::Return(Some(value)) = &last.kind else { continue };
        if !policies::allows(policy.handle.at(value)) {
            continue;
        }
        findings
            .at(&policy.module.place(last.span), "the permission policy allows what none of its rules names")
            .why("a permission that a plugin brings tomorrow is open to everyone today; both samples of a public guide end like this")
            .fix(Fix::manual("end in `AuthorizeResult.DENY`, and allow by name before it"))
            .because(Some(&policy.handle.place()), "this is the policy's `handle`");
    }
    Ok(())
}
