use crate::fix::Fix;
use crate::packages::{Dependency, Package};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

use super::{backend, plugin_name};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    for project in cx.projects()? {
        for package in backend::of(packages, project) {
            for dependency in package.runtime() {
                if !plugin_name::is_third_party(packages, dependency) || is_part(package, dependency) {
                    continue;
                }
                let added = added(*cx, package, dependency);
                let runs = if added.is_some() || is_imported(*cx, package, dependency) {
                    "runs inside the backend"
                } else {
                    "is installed with the backend"
                };
                findings
                    .at(
                        added.as_ref().unwrap_or(&dependency.place),
                        format!("{} is a third party's, and {runs}", dependency.package()),
                    )
                    .why("a backend plugin has the memory, files, environment and database of the portal: it can do whatever the portal can")
                    .fix(Fix::manual("review its routes, what it reads and what it calls; pin its version; and write down that this was done (an acceptance with a reason)"))
                    .because(Some(&dependency.place), format!("package.json asks for {}", dependency.range));
            }
        }
    }
    Ok(())
}

/// Whether it is what a plugin shares between backend and frontend, and that plugin is there to be told.
fn is_part(package: &Package, dependency: &Dependency) -> bool {
    let stem = dependency.package().strip_suffix("-common");
    stem.is_some_and(|stem| package.dependency(&format!("{stem}-backend")).is_some())
}

/// Whether some code of the backend names it.
fn is_imported(cx: Context<'_>, package: &Package, dependency: &Dependency) -> bool {
    let slash = if package.folder.is_empty() { "" } else { "/" };
    let folder = format!("{}{slash}src", package.folder);
    let sources = cx.repository().files.under(&folder);
    let is_code = |name: &str| [".ts", ".tsx", ".js", ".mjs"].iter().any(|end| name.ends_with(end));
    sources
        .filter(|file| is_code(file.name()))
        .any(|file| file.text().is_some_and(|text| quoted(text, &dependency.name).is_some()))
}

/// Where the backend's index adds it.
fn added(cx: Context<'_>, package: &Package, dependency: &Dependency) -> Option<Place> {
    let slash = if package.folder.is_empty() { "" } else { "/" };
    let file = cx.repository().files.get(&format!("{}{slash}src/index.ts", package.folder))?;
    let text = file.text()?;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim_start().starts_with("//") || line.trim_start().starts_with('*');
        if !is_comment && let Some(at) = quoted(line, &dependency.name) {
            return Some(file.place(start + at, start + at + dependency.name.len()));
        }
        start += line.len();
    }
    None
}

/// Where text has a name, or a path below it, in quotes.
fn quoted(text: &str, name: &str) -> Option<usize> {
    let before = |at: usize| text[..at].ends_with(['\'', '"', '`']);
    let after = |at: usize| text[at + name.len()..].starts_with(['\'', '"', '`', '/']);
    text.match_indices(name).map(|(at, _)| at).find(|at| before(*at) && after(*at))
}
