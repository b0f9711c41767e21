use super::{Judged, Lines, WRITE};
use crate::kube::{Grant, Permission};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "it grants what nobody thought of, secrets and kinds that are yet to come included";
    Lines::new(cx, findings)?.each(why, judge);
    Ok(())
}

fn judge<'a>(grant: Grant<'a>, permission: Permission<'a>) -> Option<Judged<'a>> {
    let star = |list: &str| permission.one_of(list, &["*"]);
    let fix = "name the groups, resources and verbs that the portal's plugins use";
    let judged = |item: &'a crate::Item, severity, what: &str| {
        Some(Judged { place: &item.place, severity, what: what.to_owned(), fix })
    };
    match (star("resources"), star("verbs"), star("apiGroups")) {
        (Some(item), Some(_), Some(_)) if grant.is_cluster_wide() => {
            judged(item, Severity::Critical, "may do everything with everything, as cluster-admin does")
        }
        (Some(item), Some(_), _) => {
            judged(item, Severity::High, "may do everything with every resource of its groups")
        }
        (Some(item), None, _) if permission.one_of("verbs", WRITE).is_some() => {
            judged(item, Severity::High, "may change every resource of its groups")
        }
        (Some(item), None, _) => {
            let core = permission.in_group("");
            let severity = if core { Severity::High } else { Severity::Low };
            judged(
                item,
                severity,
                if core {
                    "may read every resource, secrets included"
                } else {
                    "may read every resource of its groups"
                },
            )
        }
        (None, Some(item), _) => {
            judged(item, super::named(permission, Severity::High), "may do everything with its resources")
        }
        (None, None, Some(item)) => judged(item, Severity::Low, "means its resources in every API group"),
        (None, None, None) => None,
    }
}
