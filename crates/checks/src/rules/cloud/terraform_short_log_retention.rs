use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// How long records are to be at hand.
const DAYS: f64 = 90.0;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for group in super::resources(cx, &["aws_cloudwatch_log_group", "azurerm_log_analytics_workspace"])? {
        let Some(item) = group.at("retention_in_days") else { continue };
        // Nought is for ever.
        let Some(days) = item.as_number().filter(|days| *days >= 1.0 && *days < DAYS) else { continue };
        let severity = if days < 30.0 { Severity::High } else { Severity::Medium };
        findings
            .at(item.key_place(), format!("`{}` keeps logs for {days} days", group.label()))
            .severity(severity)
            .why("audit events are among the logs, and most intrusions are noticed after weeks")
            .fix(Fix::manual("keep them for 90 days at hand, and 12 months in all"));
    }
    Ok(())
}
