use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for name in ["upgrade-insecure-requests", "upgradeInsecureRequests"] {
        for setting in cx.settings(&format!("backend.csp.{name}"))? {
            if setting.item.as_bool() != Some(false) {
                continue;
            }
            findings
                .at(setting.item.key_place(), "pages no longer turn plain requests into https ones")
                .severity(Severity::Low)
                .why("it is switched off where the portal is not behind TLS; with TLS nothing needs it off")
                .fix(Fix::suggested("remove the key, and serve over TLS", vec![Edit::remove(setting.item)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
