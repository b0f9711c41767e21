use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::High, serve: Serve::Inapplicable, check };

const SHORT: &[&str] =
    &["ONE_DAY", "THREE_DAYS", "FIVE_DAYS", "ONE_WEEK", "TWO_WEEKS", "ONE_MONTH", "TWO_MONTHS"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["retention", "logRetention"])? {
        let text = property.value.source();
        let Some(days) = SHORT.iter().find(|days| text.ends_with(&format!("RetentionDays.{days}"))) else {
            continue;
        };
        let long = days.contains("MONTH");
        findings
            .at(
                &property.place,
                format!("logs are gone after {}", days.to_ascii_lowercase().replace('_', " ")),
            )
            .severity(if long { Severity::Medium } else { Severity::High })
            .why("audit events are in these logs: what is noticed later than that cannot be looked into")
            .fix(Fix::manual(
                "keep them for 90 days at hand (RetentionDays.THREE_MONTHS), and 12 months in all",
            ));
    }
    Ok(())
}
