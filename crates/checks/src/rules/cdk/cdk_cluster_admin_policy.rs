use crate::code::At;
use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

/// Words of people who run a cluster, in the name of who is given the policy.
const PEOPLE: &[&str] =
    &["admin", "caller", "creator", "current", "deployer", "engineer", "operator", "owner", "sso", "user"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        // What is given it stands in the object beside, or in the call around.
        module.walk(&mut |expr| {
            let at = At { code, module, expr };
            let (policy, whom) = match &expr.kind {
                ExprKind::Object(_) => {
                    let Some((_, policy)) = at.property("policyArn") else { return };
                    (policy, at.property("principalArn").map(|(_, whom)| whom))
                }
                ExprKind::Call(_) | ExprKind::New(_) => {
                    let Some(call) = at.call() else { return };
                    let (policy, whom) = match call.name() {
                        Some("grantAccess") => (call.arg(2), call.arg(1)),
                        Some("AccessEntry") => {
                            let options = call.arg(2);
                            let of = |key: &str| options.and_then(|options| options.property(key)).map(|(_, at)| at);
                            (of("accessPolicies"), of("principal"))
                        }
                        _ => return,
                    };
                    let Some(policy) = policy else { return };
                    (policy, whom)
                }
                _ => return,
            };
            let is_admin = policy.source().contains("AmazonEKSClusterAdminPolicy");
            let whom = whom.map(|whom| whom.source().to_ascii_lowercase()).unwrap_or_default();
            if is_admin && !PEOPLE.iter().any(|word| whom.contains(word)) {
                findings
                    .at(&policy.place(), "a program is made administrator of the cluster")
                    .why("what deploys or runs there then has every namespace and every Secret, and so has whoever gets into it")
                    .fix(Fix::manual("use `AmazonEKSEditPolicy` or `AmazonEKSAdminPolicy` with the scope of a namespace, or a role of Kubernetes"));
            }
        });
    }
    Ok(())
}
