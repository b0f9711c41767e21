use crate::code::CallAt;
use crate::fix::Fix;
use crate::rules::in_code::around;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let mut calls = code.calls("setPolicy");
    if calls.len() > 1 {
        let dead = code.dead();
        calls.retain(|call| !dead.contains(&*call.at.module.path));
    }
    // In one function, each is on a way of its own: `if (!enabled) { setPolicy(..); return; }`.
    let of = |call: &CallAt<'_>| {
        let function = around(call).into_iter().next_back();
        function.map(|function| (function.module.path.clone(), function.function.span.start))
    };
    calls.dedup_by(|later, first| of(first).is_some() && of(later) == of(first));
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
