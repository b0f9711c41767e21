use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for registry in super::resources(cx, &["azurerm_container_registry"])? {
        for place in super::flagged(cx, registry, "admin_enabled", true, false) {
            findings
                .at(place, format!("`{}` has an administrator's account with a password", registry.label()))
                .why("one password, the same for everybody, may push and delete every image; nobody can say who used it")
                .fix(Fix::manual("switch it off, and give identities the roles `AcrPull` and `AcrPush`"));
        }
        for place in super::flagged(cx, registry, "anonymous_pull_enabled", true, false) {
            findings
                .at(place, format!("everybody can pull images from `{}`", registry.label()))
                .why("images hold the portal's code, and often more than was meant")
                .fix(Fix::manual("switch it off, and give identities the role `AcrPull`"));
        }
    }
    for policy in super::resources(
        cx,
        &[
            "google_artifact_registry_repository_iam_member",
            "google_artifact_registry_repository_iam_binding",
        ],
    )? {
        let members = ["member", "members"].into_iter().flat_map(|key| super::decided(cx, policy, key));
        for item in members.flat_map(crate::Item::one_or_many) {
            if matches!(item.as_str(), Some("allUsers" | "allAuthenticatedUsers")) {
                findings
                    .at(
                        item.key_place(),
                        format!("`{}` gives everybody a role on the registry", policy.label()),
                    )
                    .why("images hold the portal's code, and often more than was meant")
                    .fix(Fix::manual("give the role to the identities that need it"));
            }
        }
    }
    Ok(())
}
