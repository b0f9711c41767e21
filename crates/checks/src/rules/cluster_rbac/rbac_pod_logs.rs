use super::{Judged, Lines, named, reads};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::Low,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "logs hold tokens and people's data, and the portal decides by one permission for all of them";
    Lines::new(cx, findings)?.each(why, |grant, permission| {
        let item = permission.one_of("resources", &["pods/log"])?;
        let whose = if grant.is_cluster_wide() { "of every namespace" } else { "of its namespace" };
        reads(permission).then(|| Judged {
            place: &item.place,
            severity: named(permission, Severity::Low),
            what: format!("may read the logs of pods {whose}"),
            fix: "take `pods/log` out where nobody reads logs in the portal, or bind it in the namespaces that need it",
        })
    });
    Ok(())
}
