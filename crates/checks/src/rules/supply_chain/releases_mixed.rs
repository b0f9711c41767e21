use crate::fix::Fix;
use crate::packages::table;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Release, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Ranges let packages of neighbouring releases in; this many minor releases are no accident.
const APART: u64 = 3;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    let mut judged = false;
    for project in cx.projects()? {
        let Some(found) = project.release.as_ref().filter(|found| found.certain) else { continue };
        judged = true;
        let mut old: Vec<(Release, String, &Place)> = Vec::new();
        for package in packages.under(&project.folder) {
            for dependency in package.runtime() {
                let name = dependency.package();
                let Some(current) = current(&found.release, name) else { continue };
                let Some(version) =
                    packages.version_of(package, dependency).filter(|version| version < current)
                else {
                    continue;
                };
                let Some((_, last)) = table().releases_of(name, &version) else { continue };
                if last.major == found.release.major && last.minor + APART <= found.release.minor {
                    old.push((last.clone(), format!("{name} {version}"), &dependency.place));
                }
            }
        }
        let Some((release, what, place)) = old.iter().min_by(|a, b| a.0.cmp(&b.0)) else { continue };
        let more = if old.len() == 1 {
            String::new()
        } else {
            format!(", and {} others are old too", old.len() - 1)
        };
        findings
            .at(place, format!("{what} is of release {release}, and the application of {}{more}", found.release))
            .confidence(Confidence::Medium)
            .why("fixes that the release has are not in it, and packages of releases far apart were never tested together")
            .fix(Fix::manual("run `yarn backstage-cli versions:bump`, which brings all packages to one release"))
            .evidence([found.how.clone()])
            .evidence(old.iter().filter(|other| other.2 != *place).take(8).map(|(release, what, place)| {
                crate::Step { place: Some((*place).clone()), text: format!("{what} is of release {release}") }
            }));
    }
    if judged { Ok(()) } else { Err(Skip::because("the Backstage release is not known")) }
}

/// The version of a package in a release; the table has not every patch of the newest ones.
fn current(release: &Release, name: &str) -> Option<&'static Release> {
    let first = Release::new(release.major, release.minor, 0);
    table().version_in(release, name).or_else(|| table().version_in(&first, name))
}
