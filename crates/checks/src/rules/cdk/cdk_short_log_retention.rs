use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::High, serve: Serve::Inapplicable, check };

const SHORT: &[&str] =
    &["ONE_DAY", "THREE_DAYS", "FIVE_DAYS", "ONE_WEEK", "TWO_WEEKS", "ONE_MONTH", "TWO_MONTHS"];

/// Characters before a retention in which it says whose logs they are.
const AROUND: usize = 300;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["retention", "logRetention"])? {
        let text = property.value.source();
        let Some(days) = SHORT.iter().find(|days| text.ends_with(&format!("RetentionDays.{days}"))) else {
            continue;
        };
        // The logs of a function that builds or cleans up hold no audit events of the portal.
        let module = property.value.module;
        let around = module.text().get(..property.value.span().start as usize).unwrap_or_default();
        let before: String =
            around.chars().rev().take(AROUND).collect::<Vec<_>>().into_iter().rev().collect();
        let of_function =
            [&*module.path, &*before].iter().any(|text| text.to_ascii_lowercase().contains("lambda"));
        let long = days.contains("MONTH");
        findings
            .at(
                &property.place,
                format!("logs are gone after {}", days.to_ascii_lowercase().replace('_', " ")),
            )
            .severity(match (of_function, long) {
                (true, _) => Severity::Low,
                (false, true) => Severity::Medium,
                (false, false) => Severity::High,
            })
            .why("audit events are in these logs: what is noticed later than that cannot be looked into")
            .fix(Fix::manual(
                "keep them for 90 days at hand (RetentionDays.THREE_MONTHS), and 12 months in all",
            ));
    }
    Ok(())
}
