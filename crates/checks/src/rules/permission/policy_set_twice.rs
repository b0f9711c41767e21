use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let calls = cx.code()?.calls("setPolicy");
    // The second is the one that does not count, or stops the start.
    for call in calls.iter().skip(1) {
        findings
            .at(&call.place(), "a second permission policy is set")
            .confidence(Confidence::Medium)
            .why("a backend takes one policy: with both loaded it does not start, and with one of them the other protects nothing")
            .fix(Fix::manual("keep the policy that is meant, and remove the module of the other"))
            .because(Some(&calls[0].place()), "the first is set here");
    }
    Ok(())
}
