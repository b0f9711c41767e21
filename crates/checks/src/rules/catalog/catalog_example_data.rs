use crate::fix::{Edit, Fix};
use crate::repo::{Files, Reach, Role, Setting};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // A repository of examples reads its own.
    let files = &cx.repository().files;
    let own = files
        .get("catalog-info.yaml")
        .and_then(|file| file.tree()?.at("metadata.annotations")?.get("github.com/project-slug")?.as_str());
    let own = own.unwrap_or_default();
    for setting in cx.settings("catalog.locations.*")? {
        let kind = setting.item.get("type").and_then(Item::literal);
        if !(setting.is_effective() || is_mounted(&setting)) || !matches!(kind, Some("file" | "url")) {
            continue;
        }
        let Some(item) = setting.item.get("target") else { continue };
        let found = item
            .literal()
            .and_then(|target| judged(target, &cx.repository().files).or_else(|| of_strangers(target, own)));
        let Some((what, why)) = found else { continue };
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
    added_in_code(*cx, findings)
}

/// Modules of the catalog that make entities up, by their names.
fn added_in_code(cx: Context<'_>, findings: &mut Findings) -> Ran {
    for added in cx.backends().unwrap_or_default().iter().flat_map(|backend| &backend.added) {
        let text = added.call.at.module.source(added.at.span());
        let Some(package) = text.split(['\'', '"', '`']).find(|part| part.contains("catalog-backend-module"))
        else {
            continue;
        };
        let is_example = |word: &str| matches!(word, "example" | "examples" | "mock" | "dummy" | "fake");
        let makes = ["provider", "providers", "entities", "data", "generator"]
            .iter()
            .any(|end| package.ends_with(end));
        if added.is_for_development() || !makes || !package.split(['-', '/', '.', '_']).any(is_example) {
            continue;
        }
        findings
            .at(&added.place, format!("the backend adds {package}, which fills the catalog with examples"))
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("people take them for systems that exist, and name their owners")
            .fix(Fix::manual("add it where NODE_ENV is not production, or not at all"));
    }
    Ok(())
}

/// Whether it is in a `ConfigMap` for production, or in a file that a chart makes one of, which takes the place of a
/// file that the image has.
fn is_mounted(setting: &Setting<'_>) -> bool {
    let path = &setting.item.place.path;
    let is_of_chart = |path: &str| path.split('/').any(|part| part == "files");
    matches!(setting.reach, Reach::NotLoaded(_))
        && setting.project.configs.iter().any(|config| {
            (config.embedded || is_of_chart(path)) && config.path == *path && config.role == Role::Production
        })
}

fn is_of_production(setting: &Setting<'_>) -> bool {
    let path = &setting.item.place.path;
    setting.project.configs.iter().any(|config| config.path == *path && config.role == Role::Production)
}

/// Repositories of examples: of Backstage's own, and those that its guides registered.
const REPOSITORIES: &[&str] = &[
    "backstage/backstage",
    "backstage/demo",
    "backstage/software-templates",
    "backstage/techdocs-container",
    "spotify/cookiecutter-golang",
];

const OF_STRANGERS: &str = "whoever may write to that repository decides what is in the catalog, and none of it is of this organization";

/// What is read of a repository of examples.
fn of_strangers(target: &str, own: &str) -> Option<(&'static str, &'static str)> {
    let path = ["https://github.com/", "https://raw.githubusercontent.com/"]
        .iter()
        .find_map(|host| target.trim().strip_prefix(host))?;
    let mut parts = path.splitn(3, '/');
    let (owner, name, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let is_known = REPOSITORIES
        .iter()
        .filter_map(|known| known.split_once('/'))
        .filter(|(of, name)| own != format!("{of}/{name}"))
        .any(|(of, known)| of.eq_ignore_ascii_case(owner) && known.eq_ignore_ascii_case(name));
    let file = rest.rsplit('/').next()?;
    let what = match () {
        () if file.starts_with("template.") || rest.contains("templates/") => "templates of another project",
        () if file.starts_with("org.") || rest.contains("/acme") => "users and groups",
        () => "entities of another project",
    };
    is_known.then_some((what, OF_STRANGERS))
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
