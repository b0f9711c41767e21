use crate::fix::Fix;
use crate::packages::{Dependency, Package};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity, Step};

use super::mounted::{self, Mounted};
use super::{backend, plugin_name};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Plugins, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Who publishes so many plugins that those of one backend are told together.
const COMMUNITY: &str = "@backstage-community/";
/// What loads plugins that no code names.
const LOADERS: &[&str] =
    &["discoveryFeatureLoader", "featureDiscovery", "dynamicPlugins", "backend-dynamic-feature-service"];
/// Plugins that are named beside one.
const EVIDENCE: usize = 32;

const WHY: &str = "a backend plugin has the memory, files, environment and database of the portal: it can do whatever the portal can";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    for project in cx.projects()? {
        for package in backend::of(packages, project) {
            let sources = sources(*cx, package);
            let finds_by_itself =
                sources.iter().any(|text| LOADERS.iter().any(|loader| text.contains(loader)));
            let mut community = Vec::new();
            let mut idle = Vec::new();
            for dependency in package.runtime() {
                if !plugin_name::is_third_party(packages, dependency) || is_part(package, dependency) {
                    continue;
                }
                let mounted = mounted::of(*cx, package, &dependency.name);
                let is_old_route = matches!(mounted, Some(Mounted::OldRoute(_)));
                let runs = mounted.is_some();
                let place = match mounted {
                    Some(Mounted::Added(place) | Mounted::OldRoute(place)) => place,
                    Some(Mounted::Imported) | None => dependency.place.clone(),
                };
                if !runs && !sources.is_empty() && !finds_by_itself {
                    idle.push(dependency);
                } else if runs && !is_old_route && dependency.package().starts_with(COMMUNITY) {
                    community.push((place, dependency));
                } else {
                    let (severity, how) = match runs {
                        true if is_old_route => (Severity::Medium, "is a route of the old backend"),
                        true => (Severity::Low, "runs inside the backend"),
                        false => (Severity::Low, "is installed with the backend"),
                    };
                    findings
                        .at(&place, format!("{} is a third party's, and {how}", dependency.package()))
                        .severity(severity)
                        .why(WHY)
                        .fix(Fix::manual("review its routes, what it reads and what it calls; pin its version; and write down that this was done (an acceptance with a reason)"))
                        .because(Some(&dependency.place), format!("package.json asks for {}", dependency.range));
                }
            }
            community.sort_by(|(a, _), (b, _)| (&a.path, a.start).cmp(&(&b.path, b.start)));
            of_community(&community, findings);
            not_used(&idle, findings);
        }
    }
    Ok(())
}

fn of_community(all: &[(Place, &Dependency)], findings: &mut Findings) {
    let Some((first, dependency)) = all.first() else { return };
    let message = match all.len() {
        1 => format!("{} is a third party's, and runs inside the backend", dependency.package()),
        count => format!("{count} plugins of Backstage's community run inside the backend"),
    };
    let steps = all
        .iter()
        .take(EVIDENCE)
        .map(|(place, one)| Step { place: Some(place.clone()), text: one.package().to_owned() });
    findings
        .at(first, message)
        .why(WHY)
        .fix(Fix::manual("pin their versions, follow their advisories, and look at the routes of each"))
        .evidence(steps);
}

/// What is installed, and nothing in the backend's code names.
fn not_used(all: &[&Dependency], findings: &mut Findings) {
    let Some(first) = all.first() else { return };
    let names = all.iter().take(EVIDENCE).map(|one| one.package()).collect::<Vec<_>>().join(", ");
    let is = if all.len() == 1 { "plugin is" } else { "plugins are" };
    findings
        .at(
            &first.place,
            format!("third parties' {is} installed with the backend, and nothing in it adds: {names}"),
        )
        .why("what is installed may run at install and be loaded by a name; and nobody will notice when it is given up")
        .fix(Fix::manual("take out what is not used"));
}

/// The texts of the backend's code.
fn sources<'a>(cx: Context<'a>, package: &Package) -> Vec<&'a str> {
    let slash = if package.folder.is_empty() { "" } else { "/" };
    let folder = format!("{}{slash}src", package.folder);
    let is_code = |name: &str| [".ts", ".tsx", ".js", ".mjs"].iter().any(|end| name.ends_with(end));
    let files = cx.repository().files.under(&folder).filter(|file| is_code(file.name()));
    files.filter_map(|file| file.text()).collect()
}

/// Whether it is what a plugin shares between backend and frontend, and that plugin is there to be told.
fn is_part(package: &Package, dependency: &Dependency) -> bool {
    let stem = dependency.package().strip_suffix("-common");
    stem.is_some_and(|stem| package.dependency(&format!("{stem}-backend")).is_some())
}
