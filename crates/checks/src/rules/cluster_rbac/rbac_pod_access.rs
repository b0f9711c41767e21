use super::{Judged, Lines, named};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::KubernetesAccess,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

const WAYS: &[&str] = &[
    "pods/exec",
    "pods/attach",
    "pods/portforward",
    "pods/ephemeralcontainers",
    "pods/proxy",
    "services/proxy",
    "nodes/proxy",
    "pods/*",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let why = "through the portal's proxy it is a shell, or a way in, for whoever may use `kubernetes.proxy`";
    Lines::new(cx, findings)?.each(why, |_, permission| {
        let item = permission.one_of("resources", WAYS)?;
        // `get` is enough: exec by WebSocket is a GET.
        permission.one_of("verbs", &["create", "get", "update", "patch", "*"])?;
        Some(Judged {
            place: &item.place,
            severity: named(permission, Severity::High),
            what: format!("may use `{}`", item.as_str().unwrap_or_default()),
            fix: "take it out; the plugin's terminal signs in as the person where it uses their own token",
        })
    });
    Ok(())
}
