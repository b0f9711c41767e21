use std::collections::BTreeMap;

use crate::accept::{Acceptance, Acceptances};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, registry, run};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let acceptances = Acceptances::of(cx.repository());
    let mut by_rule: BTreeMap<&str, Vec<&Acceptance>> = BTreeMap::new();
    for one in &acceptances.valid {
        by_rule.entry(&one.rule).or_default().push(one);
    }
    for (rule, all) in by_rule {
        let report = run(cx.repository(), registry().filter(|entry| entry.id == rule));
        if !report.skipped.is_empty() {
            // Whether it is needed is not known.
            continue;
        }
        let is_used =
            |one: &Acceptance| report.findings.iter().any(|finding| one.accepts(finding, cx.repository()));
        for one in all.into_iter().filter(|one| !is_used(one)) {
            findings
                .at(&one.place, format!("nothing is left of what the acceptance of `{rule}` is about"))
                .why("it would silently accept the same mistake, made again")
                .fix(Fix::manual("remove it"));
        }
    }
    Ok(())
}
