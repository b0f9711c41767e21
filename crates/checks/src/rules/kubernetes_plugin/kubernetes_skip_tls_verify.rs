use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ClusterTls, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // Third-party plugins that speak to clusters have sections of their own with the same key.
    for setting in cx.settings("**.skipTLSVerify")?.filter(|setting| setting.item.is_true()) {
        findings
            .at(setting.item.key_place(), "the certificate of a cluster's API server is not verified")
            .severity(setting.severity(Severity::High))
            .why("whoever is on the way gets the service account's token, and answers in the cluster's name")
            .fix(Fix::suggested(
                "verify it, and give the cluster's authority in `caData` or `caFile`",
                vec![Edit::set(setting.item, false)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
