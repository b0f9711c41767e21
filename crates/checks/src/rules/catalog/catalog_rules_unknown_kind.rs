use super::admitted::from_anywhere;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Low, serve: Serve::Reports, check };

/// Kinds, and what people write for them.
const MEANT: &[(&str, &str)] = &[
    ("apis", "API"),
    ("components", "Component"),
    ("domains", "Domain"),
    ("groups", "Group"),
    ("locations", "Location"),
    ("resources", "Resource"),
    ("systems", "System"),
    ("templates", "Template"),
    ("users", "User"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for admitted in from_anywhere(*cx)? {
        let kind = admitted.kind.to_ascii_lowercase();
        let Some((_, meant)) = MEANT.iter().find(|(written, _)| *written == kind) else { continue };
        let setting = &admitted.setting;
        findings
            .at(&setting.item.place, format!("`{}` is no kind; `{meant}` is", admitted.kind))
            .severity(setting.severity(Severity::Low))
            .why("the entry admits nothing, and whoever reads the rule takes it for more than it is")
            .fix(Fix::suggested("remove the entry", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
