use super::asked::{Answer, Who, ask};
use super::permissions::{TOMORROW, TOMORROW_OF};
use super::policies::{self, Policy};
use crate::code::ast::StmtKind;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = policies::all(cx.code()?);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    // One that asks nothing is another rule's.
    for policy in all.iter().filter(|policy| !policies::allows_all(policy)) {
        let place = default(policy);
        if let Some(place) = &place {
            findings
                .at(place, "the permission policy allows what none of its rules names")
                .why("a permission that a plugin brings tomorrow is open to everyone today; both samples of a public guide end like this")
                .fix(Fix::manual("end in `AuthorizeResult.DENY`, and allow by name before it"))
                .because(Some(&policy.handle.place()), "this is the policy's `handle`");
        }
        for (inner, of) in defaults_within(policy, place.as_ref()) {
            findings
                .at(&inner, format!("the permission policy allows what none of its rules for `{of}` names"))
                .severity(Severity::Medium)
                .why("a permission that the plugin brings tomorrow is open to everyone today")
                .fix(Fix::manual("end in `AuthorizeResult.DENY`, and allow by name before it"))
                .because(Some(&policy.handle.place()), "this is the policy's `handle`");
        }
    }
    Ok(())
}

/// Where a policy allows everybody who is signed in what it cannot know.
fn default(policy: &Policy<'_>) -> Option<Place> {
    if let Some(answer) = ask(policy.handle, TOMORROW, Who::Somebody) {
        return answer.allows().then(|| answer.origin.place());
    }
    let last = policies::last_return(policy.handle.function)?;
    let StmtKind::Return(Some(value)) = &last.kind else { return None };
    policies::allows(policy.handle.at(value)).then(|| policy.module.place(last.span))
}

/// The same among the permissions of one plugin, where it is no rule for all of them: `if (name.startsWith('catalog.'))`
/// that allows says what it means.
fn defaults_within(policy: &Policy<'_>, default: Option<&Place>) -> Vec<(Place, &'static str)> {
    let mut found: Vec<(Place, &'static str)> = Vec::new();
    for permission in TOMORROW_OF {
        let Some(answer) = ask(policy.handle, *permission, Who::Somebody).filter(Answer::allows) else {
            continue;
        };
        let place = answer.origin.place();
        let guards = answer.origin.module.guards(answer.origin.span);
        let of_name = guards.iter().rev().find(|guard| guard.holds).is_some_and(|guard| {
            let test = guard.test.map_or("", |test| answer.origin.module.source(test.span));
            ["startsWith(", "includes(", ".test(", "match("].iter().any(|word| test.contains(word))
        });
        if default != Some(&place) && !of_name && found.iter().all(|(other, _)| *other != place) {
            found.push((place, permission.name.rsplit_once('.').map_or("", |(of, _)| of)));
        }
    }
    found
}
