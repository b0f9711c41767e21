use super::policies;
use crate::fix::Fix;
use crate::packages::Installed;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Place, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-permission-node";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    if policies::all(code).is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    let installed: Vec<Installed> = cx.packages()?.installed("", PACKAGE);
    let version: Option<&Release> = installed.last().map(|one| &one.version);
    let is_current = version.is_some_and(|version| *version < Release::new(0, 8, 0));
    let is_removed = version.is_some_and(|version| *version >= Release::new(0, 11, 0));
    for module in code.mentioning("PermissionPolicy") {
        let text = module.text();
        // The type where it is used, not where it is imported; else what is read of it.
        let used = text
            .match_indices("BackstageIdentityResponse")
            .map(|(at, _)| at)
            .find(|at| text[..*at].trim_end().ends_with(':') || text[..*at].trim_end().ends_with("?:"));
        // In quotes it is a text: a path of somebody's own rules.
        let is_code = |at: &usize| !text[..*at].ends_with(['\'', '"', '`']);
        let read = ["user.identity", "user?.identity"]
            .iter()
            .find_map(|read| text.match_indices(read).map(|(at, _)| at).find(is_code));
        let Some(at) = used.or(read) else { continue };
        findings
            .at(
                &Place::bytes(&module.path, text, at, at + 4),
                "the policy reads `user.identity`, which newer releases no longer give",
            )
            .severity(match (is_removed, is_current) {
                (true, _) => Severity::High,
                (false, true) => Severity::Low,
                (false, false) => Severity::Medium,
            })
            .why(if is_removed {
                "it is gone since permission-node 0.11: every decision fails with a TypeError"
            } else {
                "deprecated since permission-node 0.8, gone in 0.11: after an upgrade every decision fails"
            })
            .fix(Fix::manual("take `user?: PolicyQueryUser`, and read `user.info.ownershipEntityRefs`"));
    }
    Ok(())
}
