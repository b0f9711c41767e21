use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Agents, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in
        cx.settings("mcpActions.tracing.capture.toolPayload")?.filter(|setting| setting.item.is_true())
    {
        if setting.is_for_development() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "what agents send and get is written into traces")
            .severity(setting.severity(Severity::Low))
            .why("traces are kept elsewhere and read by others, and inputs of templates hold names, addresses and secrets")
            .fix(Fix::suggested("remove the key", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
