use crate::accept::Acceptances;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for one in &Acceptances::of(cx.repository()).expired {
        findings
            .at(&one.place, format!("the acceptance of `{}` ended on {}", one.rule, one.until))
            .why("it accepts nothing any more: what it was about is reported again")
            .fix(Fix::manual("mend what it was about, or decide again and say until when"));
    }
    Ok(())
}
