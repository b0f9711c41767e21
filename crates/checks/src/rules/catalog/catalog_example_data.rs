use crate::fix::{Edit, Fix};
use crate::repo::{Files, Reach, Role, Setting};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("catalog.locations.*")? {
        let kind = setting.item.get("type").and_then(Item::literal);
        if !(setting.is_effective() || is_mounted(&setting)) || !matches!(kind, Some("file" | "url")) {
            continue;
        }
        let Some(item) = setting.item.get("target") else { continue };
        let Some((what, why)) = item.literal().and_then(|target| judged(target, &cx.repository().files))
        else {
            continue;
        };
        let mend = "remove the location from what production loads";
        // What is text of a manifest is mended by hand.
        let fix = if is_mounted(&setting) {
            Fix::manual(mend)
        } else {
            Fix::suggested(mend, vec![Edit::remove(setting.item)])
        };
        let is_org = what == "users and groups";
        let severity = if is_org || is_of_production(&setting) { Severity::Medium } else { Severity::Low };
        findings
            .at(&item.place, format!("production loads example {what}"))
            .severity(severity)
            .why(why)
            .fix(fix)
            .evidence(setting.evidence());
    }
    Ok(())
}

/// Whether it is in a `ConfigMap` for production, which takes the place of a file that the image has.
fn is_mounted(setting: &Setting<'_>) -> bool {
    let path = &setting.item.place.path;
    matches!(setting.reach, Reach::NotLoaded(_))
        && setting
            .project
            .configs
            .iter()
            .any(|config| config.embedded && config.path == *path && config.role == Role::Production)
}

fn is_of_production(setting: &Setting<'_>) -> bool {
    let path = &setting.item.place.path;
    setting.project.configs.iter().any(|config| config.path == *path && config.role == Role::Production)
}

/// What an example file of a new application holds.
fn judged(target: &str, files: &Files) -> Option<(&'static str, &'static str)> {
    let mut parts = target.trim().rsplit('/');
    let name = parts.next()?;
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    let is_example = parts.any(|part| part == "examples");
    match stem {
        "org" if is_example => Some((
            "users and groups",
            "sign-in and ownership take them for real: `guest` is a user, and a member of a team, that nobody manages",
        )),
        "entities" if is_example => {
            Some(("entities", "people take them for systems that exist, and name their owners"))
        }
        "template" if is_example && is_stock_template(target, files) => Some((
            "templates",
            "it lets everybody make repositories with the portal's credentials, by steps that nobody here wrote",
        )),
        _ => None,
    }
}

/// Whether a template is still the one that came with a new application: the file is not here, or says so.
fn is_stock_template(target: &str, files: &Files) -> bool {
    let tail = target.trim_start_matches(['.', '/']);
    let mut found = files
        .iter()
        .filter(|file| *file.path == *tail || file.path.ends_with(&format!("/{tail}")))
        .peekable();
    found.peek().is_none()
        || found.any(|file| file.text().is_some_and(|text| text.contains("example-nodejs-template")))
}
