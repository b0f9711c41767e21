use super::asked::{Answer, Asked, Who, ask};
use super::permissions::{CATALOG_READ, DANGEROUS, PERSONAL, TOMORROW};
use super::policies;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = policies::all(cx.code()?);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for policy in all.iter().filter(|policy| !policies::allows_all(policy)) {
        let allowed = |permission: Asked<'static>| {
            ask(policy.handle, permission, Who::Nobody)
                .filter(Answer::allows)
                .map(|answer| answer.origin.place())
        };
        let Some(place) = allowed(CATALOG_READ) else { continue };
        // More than the catalog is open there, which is another rule's.
        let others = [TOMORROW].iter().chain(PERSONAL).chain(DANGEROUS);
        if others
            .filter(|other| other.name != "catalog.entity.refresh")
            .any(|other| allowed(*other).as_ref() == Some(&place))
        {
            continue;
        }
        findings
            .at(&place, "the catalog may be read without a user")
            .confidence(Confidence::Medium)
            .why("where a route or the default policy lets strangers through, they read what runs where and who owns it")
            .fix(Fix::manual("deny first where there is no `user`"))
            .because(Some(&policy.handle.place()), "this is the policy's `handle`");
    }
    Ok(())
}
