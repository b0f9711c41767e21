use super::{Judged, Lines, escalation, named};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "it is worth every right in the cluster, whatever else the role says";
    Lines::new(cx, findings)?.each(why, |grant, permission| {
        let item = escalation(permission)?;
        let bad = if grant.is_cluster_wide() { Severity::Critical } else { Severity::High };
        Some(Judged {
            place: &item.place,
            severity: named(permission, bad),
            what: format!("may give itself more rights (`{}`)", item.as_str().unwrap_or_default()),
            fix: "leave granting roles to people, or to a GitOps tool",
        })
    });
    Ok(())
}
