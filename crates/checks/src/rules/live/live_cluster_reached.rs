use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Cluster)? {
        if !live.is_data(answer) {
            continue;
        }
        let cluster = request.header("Backstage-Kubernetes-Cluster").unwrap_or_default();
        findings
            .at(
                &request.place(),
                format!("the token's user reads the API of the cluster `{cluster}` through the portal"),
            )
            .why("the proxy passes on whatever is asked, with the portal's own account and all its rights")
            .fix(Fix::manual(
                "deny `kubernetes.proxy` in the policy, and bind the portal's account to what its pages show",
            ))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
