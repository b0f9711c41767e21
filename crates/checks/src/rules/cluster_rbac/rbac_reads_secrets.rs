use super::{Judged, Lines, named, reads};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "whoever gets the portal to ask has every password and token there; the plugin shows none of their values";
    Lines::new(cx, findings)?.each(why, |grant, permission| {
        let item = permission.one_of("resources", &["secrets"])?;
        let whose = if grant.is_cluster_wide() { "of every namespace" } else { "of its namespace" };
        (permission.in_group("") && reads(permission)).then(|| Judged {
            place: &item.place,
            severity: named(permission, Severity::High),
            what: format!("may read the Secrets {whose}"),
            fix: "take `secrets` out; the plugin's default kinds do not need it",
        })
    });
    Ok(())
}
