use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Critical, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let key = "backend.auth.dangerouslyDisableDefaultAuthPolicy";
    for setting in cx.settings(key)?.filter(|setting| setting.item.is_true()) {
        if setting.is_for_development() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "every backend route answers without credentials")
            .severity(setting.severity(Severity::Critical))
            .why("catalog, scaffolder, proxy and every plugin serve strangers, and a permission policy sees no user to refuse")
            .fix(Fix::suggested("remove the key, and sign callers in", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
