use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::fix::Fix;
use crate::packages::{Dependency, Kind, Lock, Package, Packages, Wanted};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    let whole = packages.locks().iter().filter(|lock| lock.incomplete.is_none() && !lock.entries.is_empty());
    let mut judged = false;
    for lock in whole {
        judged = true;
        let slash = if lock.folder().is_empty() { "" } else { "/" };
        let Some(root) = packages.at(&format!("{}{slash}package.json", lock.folder())) else { continue };
        let workspaces = workspaces(root);
        let resolved: Vec<&str> = root
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == Kind::Resolution)
            .map(|dependency| &*dependency.name)
            .collect();
        let is_covered = |package: &&Package| {
            let below =
                package.folder.strip_prefix(lock.folder()).unwrap_or_default().trim_start_matches('/');
            below.is_empty() || workspaces.is_match(below)
        };
        let in_lock =
            |package: &&Package| packages.lock_of(package).is_some_and(|nearest| nearest.path == lock.path);
        let drifted: Vec<(&Package, &Dependency)> = packages
            .under(lock.folder())
            .filter(in_lock)
            .filter(is_covered)
            .flat_map(|package| package.dependencies.iter().map(move |dependency| (package, dependency)))
            .filter(|(package, dependency)| {
                !resolved.iter().any(|name| is_of(name, &dependency.name))
                    && is_absent(packages, lock, package, dependency)
            })
            .collect();
        let Some(((_, first), others)) = drifted.split_first() else { continue };
        let more =
            if others.is_empty() { String::new() } else { format!(", nor for {} others", others.len()) };
        findings
            .at(&first.place, format!("{} has nothing for {}@{}{more}", lock.path, first.name, first.range))
            .confidence(Confidence::Medium)
            .why("the two say different things: a strict install fails, and any other one installs what nobody has looked at")
            .fix(Fix::manual(format!("run `{} install`, commit the lock file, and build with a strict install", lock.kind.manager())))
            .evidence(others.iter().take(8).map(|(_, dependency)| crate::Step {
                place: Some(dependency.place.clone()),
                text: format!("so it is for {}@{}", dependency.name, dependency.range),
            }));
    }
    if judged { Ok(()) } else { Err(Skip::because("no lock file here that can be read as a whole")) }
}

/// Whether a dependency on versions of the registry is not in the lock file.
fn is_absent(packages: &Packages, lock: &Lock, package: &Package, dependency: &Dependency) -> bool {
    let Wanted::Versions(range) = dependency.wanted() else { return false };
    let counts = matches!(dependency.kind, Kind::Runtime | Kind::Dev);
    if !counts || packages.is_own(dependency.package()) || dependency.range.starts_with("patch:") {
        return false;
    }
    match lock.of(&package.folder, dependency) {
        None => true,
        Some(locked) => locked.version.as_ref().is_some_and(|version| !range.contains(version)),
    }
}

/// Whether a resolution (`name`, `name@range`, `parent/name`, `**/name`) is of a package.
fn is_of(resolution: &str, name: &str) -> bool {
    let from = resolution.find(name).filter(|at| *at == 0 || resolution[..*at].ends_with('/'));
    from.is_some_and(|at| matches!(resolution.as_bytes().get(at + name.len()), None | Some(b'@' | b'/')))
}

/// What the root counts as its workspaces.
fn workspaces(root: &Package) -> GlobSet {
    let mut all = GlobSetBuilder::new();
    for pattern in root.workspaces().into_iter().take(256) {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            all.add(glob);
        }
    }
    all.build().unwrap_or_default()
}
