use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Roles of Azure that give roles to others, and so everything.
const OWNERS: &[&str] = &["Owner", "User Access Administrator", "Role Based Access Control Administrator"];
/// Identifiers of them, as they end.
const OWNER_IDS: &[&str] = &["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"];
const CONTRIBUTOR_ID: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";

/// What gives roles of Google's in a project or above.
const GOOGLE: &[&str] = &[
    "google_project_iam_member",
    "google_project_iam_binding",
    "google_folder_iam_member",
    "google_folder_iam_binding",
    "google_organization_iam_member",
    "google_organization_iam_binding",
];

const WHY: &str = "whoever gets hold of this identity, by the portal, a pipeline or a controller that uses it, has the account and all that is in it";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for given in super::resources(cx, &["azurerm_role_assignment"])? {
        let Some(role) =
            ["role_definition_name", "role_definition_id"].into_iter().find_map(|key| given.at(key))
        else {
            continue;
        };
        for item in cx.origins(role) {
            let Some(name) = item.as_str() else { continue };
            let is_owner = OWNERS.contains(&name) || OWNER_IDS.iter().any(|id| name.ends_with(id));
            let is_contributor = name == "Contributor" || name.ends_with(CONTRIBUTOR_ID);
            let everywhere = is_everywhere(cx, given);
            let severity = match (is_owner, everywhere) {
                (true, true) => Severity::Critical,
                (false, true) if is_contributor => Severity::High,
                (true, false) => Severity::Medium,
                _ => continue,
            };
            let of = if everywhere { " of the whole subscription" } else { "" };
            let role = if is_contributor {
                "Contributor"
            } else if OWNERS.contains(&name) {
                name
            } else {
                "Owner"
            };
            findings
                .at(item.key_place(), format!("`{}` makes an identity `{role}`{of}", given.label()))
                .severity(severity)
                .why(WHY)
                .fix(Fix::manual(
                    "give the role that the work needs, on the resource or group that it is for",
                ));
        }
    }
    for given in super::resources(cx, GOOGLE)? {
        for item in super::decided(cx, given, "role") {
            let Some(name @ ("roles/owner" | "roles/editor")) = item.as_str() else { continue };
            findings
                .at(item.key_place(), format!("`{}` gives the basic role `{name}`", given.label()))
                .severity(if name == "roles/owner" { Severity::Critical } else { Severity::High })
                .why(WHY)
                .fix(Fix::manual(
                    "give predefined roles for what the work needs, on the resources that it is for",
                ));
        }
    }
    Ok(())
}

/// Whether a scope is a subscription, a management group or the tenant.
fn is_everywhere<'a>(cx: &Context<'a>, given: &'a Block) -> bool {
    let Some(scope) = given.at("scope") else { return false };
    cx.origins(scope).iter().any(|item| match &item.value {
        Value::String(text) => {
            let text = text.to_ascii_lowercase();
            text == "/"
                || (text.starts_with("/subscriptions/") && !text.contains("/resourcegroups/"))
                || text.starts_with("/providers/microsoft.management/")
        }
        Value::Unknown(code) => {
            let is_whole = ["azurerm_subscription.", "azurerm_management_group."]
                .iter()
                .any(|kind| code.trim_start_matches("data.").starts_with(kind) && !code.contains("${"));
            let text = code.trim_matches('"').to_ascii_lowercase();
            is_whole
                || (text.starts_with("/subscriptions/${")
                    && text.ends_with('}')
                    && !text.contains("resourcegroups"))
        }
        _ => false,
    })
}
