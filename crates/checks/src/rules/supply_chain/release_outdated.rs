use crate::fix::Fix;
use crate::packages::table;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// The first release in which plugins ask for credentials by default.
const CREDENTIALS: Release = Release::new(1, 24, 0);
/// The last minors before the fixes of autumn 2024 (catalog, docs).
const FIXES_2024: Release = Release::new(1, 31, 0);
/// The release with the fixes of October 2026; only few of them went into older ones.
const FIXES_2026: Release = Release::new(1, 54, 6);

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut known = false;
    let newest = table().newest();
    for project in cx.projects()? {
        let Some(found) = &project.release else { continue };
        // Without a lock file, the best that can be installed.
        let release = &found.newest;
        if !found.certain && release >= newest {
            continue;
        }
        known = true;
        if *release >= FIXES_2026 {
            continue;
        }
        let (severity, why) = if *release < CREDENTIALS {
            (
                Severity::Critical,
                "before 1.24 the backend does not ask who calls a plugin's routes, and none of the fixes since is in it",
            )
        } else if *release < FIXES_2024 {
            (
                Severity::High,
                "it lacks two years of fixes, among them for reading the whole docs bucket and for taking the catalog down",
            )
        } else {
            (
                Severity::Medium,
                "the fixes of October 2026 (credentials in task logs, code in docs builds, proxy and reading bounds) came with 1.54.6, and only some of them with patches of older releases",
            )
        };
        let behind = newest.minor.saturating_sub(release.minor);
        let most = if found.certain { "" } else { "of at most " };
        let message = match behind {
            0 | 1 => {
                format!(
                    "Backstage {most}{release} is older than {FIXES_2026}, the first release with all fixes"
                )
            }
            behind => format!("Backstage {most}{release} is {behind} minor releases behind {newest}"),
        };
        let place =
            found.place().cloned().unwrap_or_else(|| Place::whole(&std::sync::Arc::from("backstage.json")));
        findings
            .at(&place, message)
            .severity(severity)
            .confidence(if place.path.ends_with("backstage.json") { Confidence::High } else { Confidence::Medium })
            .why(why)
            .fix(Fix::manual(format!(
                "run `yarn backstage-cli versions:bump --release {}.{}.{}` or later, and read the changelog of each step",
                newest.major, newest.minor, newest.patch
            )))
            .evidence([found.how.clone()]);
    }
    if known {
        Ok(())
    } else {
        Err(Skip::because("the Backstage release is not known (no backstage.json and no lock file)"))
    }
}
