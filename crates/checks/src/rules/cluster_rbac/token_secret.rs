use crate::fix::Fix;
use crate::kube::{Teller, written};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for secret in cx.manifests()?.of_kinds(&["Secret"]) {
        let kind = secret.root.get("type");
        let Some(kind) = kind.filter(|kind| kind.as_str() == Some("kubernetes.io/service-account-token"))
        else {
            continue;
        };
        let message = format!("{} holds a token that never expires", secret.label());
        if let Some(report) = tell.at(secret, written(kind), Severity::Medium, message) {
            report
                .why("a copy of it in a log, a backup or a configuration is good until the account is deleted")
                .fix(Fix::manual(
                    "use the pod's own, rotated token (`authProvider: serviceAccount` without `serviceAccountToken`), `oidc` or the cloud's identity",
                ));
        }
    }
    Ok(())
}
