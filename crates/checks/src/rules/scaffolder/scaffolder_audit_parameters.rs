use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("scaffolder.auditor.taskParameterMaxLength")? {
        if setting.is_for_development() || setting.item.as_number() != Some(-1.0) {
            continue;
        }
        findings
            .at(setting.item.key_place(), "audit events hold task parameters at full length")
            .severity(setting.severity(Severity::Low))
            .why("what users paste into forms, keys and personal data too, goes whole into the log")
            .fix(Fix::suggested(
                "remove the key; values are then cut at 256 characters",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
