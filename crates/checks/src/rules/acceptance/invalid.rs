use crate::accept::Acceptances;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (place, why) in &Acceptances::of(cx.repository()).invalid {
        findings
            .at(place, format!("an acceptance cannot be used: {why}"))
            .why("somebody takes a finding for accepted that is not")
            .fix(Fix::manual("say rule, where, reason and until: a day, at most a year ahead"));
    }
    Ok(())
}
