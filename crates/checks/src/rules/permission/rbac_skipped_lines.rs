use super::rbac_csv;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for policy in rbac_csv::all(cx)? {
        for line in &policy.lines {
            let fields: Vec<&str> = line.fields.iter().map(String::as_str).collect();
            let Some(problem) = problem(&fields) else { continue };
            findings
                .at(&line.place, format!("the RBAC plugin skips this line: {problem}"))
                .severity(if fields.last() == Some(&"deny") { Severity::High } else { Severity::Medium })
                .why("invalid lines are skipped with a warning in the log: what it was to deny stays allowed, what it was to allow is missed")
                .fix(Fix::suggested(
                    "write it as `p, role:default/name, permission, action, allow` or `g, user:default/name, role:default/name`, or remove it",
                    vec![Edit::RemoveLines { place: line.place.clone() }],
                ))
                .because(Some(&policy.setting.item.place), "the configuration names this file");
        }
    }
    Ok(())
}

fn problem(fields: &[&str]) -> Option<String> {
    match fields {
        ["p", role, permission, action, effect] => {
            reference(role, &["role", "user", "group"]).or_else(|| {
                if permission.is_empty() {
                    return Some("it names no permission".to_owned());
                }
                if !matches!(*action, "create" | "read" | "update" | "delete" | "use") {
                    return Some(format!("`{action}` is no action (create, read, update, delete, use)"));
                }
                (!matches!(*effect, "allow" | "deny"))
                    .then(|| format!("`{effect}` is neither `allow` nor `deny`"))
            })
        }
        ["g", member, role] => reference(member, &["user", "group"]).or_else(|| reference(role, &["role"])),
        ["p", ..] => Some("a permission has a role, a permission, an action and an effect".to_owned()),
        ["g", ..] => Some("a membership has a member and a role".to_owned()),
        _ => Some("it begins with neither `p` nor `g`".to_owned()),
    }
}

/// What is wrong with an entity reference; nothing may be left out of it.
fn reference(text: &str, kinds: &[&str]) -> Option<String> {
    let parts = text.split_once(':').and_then(|(kind, rest)| {
        let (namespace, name) = rest.split_once('/')?;
        Some((kind, namespace, name))
    });
    let Some((kind, namespace, name)) =
        parts.filter(|(_, namespace, name)| !namespace.is_empty() && !name.is_empty())
    else {
        return Some(format!("`{text}` is not a whole reference such as `{}:default/name`", kinds[0]));
    };
    if !kinds.contains(&kind.to_ascii_lowercase().as_str()) {
        return Some(format!("`{text}` is of a kind that does not belong there"));
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let well = name.chars().all(is_name)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && namespace.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (!well || name.len() > 63).then(|| format!("`{text}` has a name that entities cannot have"))
}
