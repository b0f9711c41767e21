use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.auditor.severityLogLevelMappings.*")? {
        let name = setting.path.rsplit('.').next().unwrap_or_default();
        let is_level =
            setting.item.literal().is_none_or(|level| matches!(level, "debug" | "info" | "warn" | "error"));
        let is_severity = matches!(name, "low" | "medium" | "high" | "critical");
        let hides = matches!(name, "medium" | "high" | "critical") && setting.item.as_str() == Some("debug");
        let (message, why) = match (is_severity, is_level, hides) {
            (false, _, _) => (
                format!("`{name}` is no severity of audit events"),
                "the reference knows low, medium, high and critical; this entry does nothing, or stops the start",
            ),
            (_, false, _) => {
                ("a level that the auditor does not know".to_owned(), "the backend does not start with it")
            }
            (_, _, true) => (
                format!("audit events of severity {name} are not written"),
                "changes, refusals and sign-ins go to debug, which production does not log",
            ),
            _ => continue,
        };
        findings
            .at(setting.item.key_place(), message)
            .severity(setting.severity(Severity::Medium))
            .why(why)
            .fix(if is_severity {
                Fix::suggested("write `info`", vec![Edit::set(setting.item, "info")])
            } else {
                Fix::suggested("remove it", vec![Edit::remove(setting.item)])
            })
            .evidence(setting.evidence());
    }
    Ok(())
}
