use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Reports, check };

const KEYS: &[(&str, Severity, &str)] = &[
    (
        "mcpActions.tracing.capture.toolPayload",
        Severity::Medium,
        "inputs and outputs of agents' actions go into traces, secrets among them",
    ),
    (
        "backend.tracing.capture.endUser",
        Severity::Low,
        "who did what is then in a system with other readers than the audit log",
    ),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (key, severity, why) in KEYS {
        for setting in cx.settings(key)?.filter(|setting| setting.item.is_true()) {
            findings
                .at(setting.item.key_place(), format!("traces capture more than they should: `{key}`"))
                .severity(setting.severity(*severity))
                .why(*why)
                .fix(Fix::suggested("switch it off", vec![Edit::set(setting.item, false)]))
                .evidence(setting.evidence());
        }
    }
    for setting in cx.settings("scaffolder.auditor.taskParameterMaxLength")? {
        if setting.item.as_number() != Some(-1.0) {
            continue;
        }
        findings
            .at(setting.item.key_place(), "inputs of scaffolder tasks are logged whole")
            .severity(setting.severity(Severity::Medium))
            .why("people type tokens into templates; a length of 256, the default, bounds what gets into the log")
            .fix(Fix::suggested("remove the key", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
