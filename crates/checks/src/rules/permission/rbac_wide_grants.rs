use super::rbac_csv::{self, Line};
use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Reports, check };

/// Permissions, and the resource types whose writing is as good, that change or run things.
const DANGEROUS: [&str; 16] = [
    "catalog-entity",
    "catalog.entity.delete",
    "catalog.location.create",
    "catalog.location.delete",
    "scaffolder.task.create",
    "scaffolder.action.execute",
    "scaffolder-action",
    "scaffolder.template.management",
    "kubernetes.proxy",
    "devtools.administer",
    "devtools.config",
    "policy-entity",
    "policy.entity.create",
    "policy.entity.update",
    "policy.entity.delete",
    "devtools.scheduler.trigger",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in ["users", "superUsers"] {
        for setting in cx.settings(&format!("permission.rbac.admin.{key}.*.name"))? {
            let Some(name) = setting.item.literal() else { continue };
            if !is_guest(name) && !is_everybody(name) {
                continue;
            }
            findings
                .at(&setting.item.place, format!("`{name}` administers permissions"))
                .severity(match (setting.is_for_development(), is_guest(name)) {
                    (true, _) => Severity::Medium,
                    (false, true) => setting.severity(Severity::Critical),
                    (false, false) => setting.severity(Severity::High),
                })
                .why("whoever signs in as that may give themselves, and everybody, any role")
                .fix(Fix::manual("name the few people, or a group of them, who administer the portal"))
                .evidence(setting.evidence());
        }
    }
    for setting in cx.settings("permission.rbac.defaultPermissions.basicPermissions.*")? {
        let text = |key: &str| setting.item.get(key).and_then(Item::literal).unwrap_or_default();
        if setting.is_for_development() || !is_dangerous(text("permission"), text("action")) {
            continue;
        }
        findings
            .at(
                &setting.item.place,
                format!("everybody who signs in may `{}` {}", text("permission"), text("action")),
            )
            .severity(setting.severity(Severity::High))
            .why("the default role is given to each user of the portal, without a line in the policy")
            .fix(Fix::suggested("give it to a role with members", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    for policy in rbac_csv::all(cx)? {
        let members = |line: &Line| match &line.fields[..] {
            [kind, member, role] if kind == "g" => {
                Some((member.to_ascii_lowercase(), role.to_ascii_lowercase()))
            }
            _ => None,
        };
        let wide: Vec<_> = policy
            .lines
            .iter()
            .filter_map(members)
            .filter(|(member, _)| is_guest(member) || is_everybody(member))
            .collect();
        let (mut told, mut given) = (Vec::new(), Vec::new());
        for line in &policy.lines {
            let [kind, role, permission, action, effect] = &line.fields[..] else { continue };
            if kind != "p" || effect != "allow" || !is_dangerous(permission, action) {
                continue;
            }
            let Some((member, _)) = wide.iter().find(|(_, of)| *of == role.to_ascii_lowercase()) else {
                if let Some(why) = reaches_beyond(role, permission, action)
                    && !told.contains(&(role, why))
                {
                    told.push((role, why));
                    findings
                        .at(&line.place, format!("`{role}` may {action} `{permission}`"))
                        .severity(if permission == "kubernetes.proxy" {
                            Severity::High
                        } else {
                            Severity::Medium
                        })
                        .confidence(Confidence::Medium)
                        .why(why)
                        .fix(Fix::manual("keep it to a role of the few who administer the portal"))
                        .because(Some(&policy.setting.item.place), "the configuration names this file");
                }
                continue;
            };
            // Of one part of the portal the first line says it.
            let part = permission.split(['.', '-']).next().unwrap_or(permission);
            if given.contains(&(role, part)) {
                continue;
            }
            given.push((role, part));
            findings
                .at(&line.place, format!("`{member}` may {action} `{permission}` through `{role}`"))
                .why("everybody who signs in is in that role, guests among them where guests are")
                .fix(Fix::manual("give it to a role with fewer members"))
                .because(Some(&policy.setting.item.place), "the configuration names this file");
        }
    }
    Ok(())
}

/// Why no role but an administrator's should have a permission.
fn reaches_beyond(role: &str, permission: &str, action: &str) -> Option<&'static str> {
    let role = role.to_ascii_lowercase();
    if ["admin", "owner", "platform", "sre", "root"].iter().any(|word| role.contains(word)) {
        return None;
    }
    match permission {
        "kubernetes.proxy" => Some(
            "requests go to the cluster's API as the portal: what its service account may do, the role may do",
        ),
        "policy-entity" if action != "read" => {
            Some("who may write roles and policies gives themselves, and everybody, any permission")
        }
        "policy.entity.create" | "policy.entity.update" | "policy.entity.delete" => {
            Some("who may write roles and policies gives themselves, and everybody, any permission")
        }
        _ => None,
    }
}

fn is_dangerous(permission: &str, action: &str) -> bool {
    let resource = matches!(permission, "catalog-entity" | "policy-entity");
    // A line counts for the action that the permission has: what is run has none, which is `use`.
    let reads = action == "read" && permission != "devtools.config";
    DANGEROUS.contains(&permission) && !reads && !(resource && action == "use")
}

fn is_guest(reference: &str) -> bool {
    let reference = reference.to_ascii_lowercase();
    reference.starts_with("user:") && (reference.ends_with("/guest") || reference.ends_with("/guests"))
}

fn is_everybody(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    reference.starts_with("group:")
        && matches!(
            name.as_str(),
            "all"
                | "all-users"
                | "allusers"
                | "everyone"
                | "everybody"
                | "all-employees"
                | "employees"
                | "guests"
                | "authenticated"
                | "users"
                | "dev"
                | "devs"
                | "developers"
                | "engineering"
                | "engineers"
                | "staff"
                | "members"
        )
}
