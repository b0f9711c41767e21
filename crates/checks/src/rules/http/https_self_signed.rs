use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.https")? {
        if setting.item.as_map().is_some() || !setting.item.is_true() || !setting.is_effective() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "production makes itself a certificate that nobody can verify")
            .why("clients have to be told not to verify it, and then take anybody's")
            .fix(Fix::manual(
                "give a certificate and key under `backend.https.certificate`, or end TLS in front",
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
