use crate::fix::Fix;
use crate::repo::Files;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Lock files, also those that are not read.
const NAMES: &[&str] =
    &["yarn.lock", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    let files = &cx.repository().files;
    let mut judged = false;
    for project in cx.projects()? {
        // The root of an application that is built here: it, or a package in it, installs Backstage.
        let installs = packages.under(&project.folder).find_map(|package| {
            package.runtime().find(|dependency| dependency.name.starts_with("@backstage/"))
        });
        let Some(backstage) = installs else { continue };
        judged = true;
        let of_package = backstage.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if has_lock(files, of_package) {
            continue;
        }
        let slash = if project.folder.is_empty() { "" } else { "/" };
        let root = packages.at(&format!("{}{slash}package.json", project.folder));
        let place = root.map_or(&backstage.place, |root| &root.item.place);
        findings
            .at(place, "no lock file is committed for this application")
            .why("every build installs the newest versions that fit, of packages that nobody chose and that no hash protects")
            .fix(Fix::manual("run the package manager's install, commit its lock file, and build with `--immutable`"));
    }
    if judged { Ok(()) } else { Err(Skip::because("no package.json here installs Backstage")) }
}

/// Whether a lock file is at or above a folder.
fn has_lock(files: &Files, folder: &str) -> bool {
    let mut at = folder;
    loop {
        let slash = if at.is_empty() { "" } else { "/" };
        let is_there = |name: &&str| {
            let path = format!("{at}{slash}{name}");
            files.get(&path).is_some() || files.unread().iter().any(|unread| unread.path == path)
        };
        if NAMES.iter().any(is_there) {
            return true;
        }
        if at.is_empty() {
            return false;
        }
        at = at.rsplit_once('/').map_or("", |(above, _)| above);
    }
}
