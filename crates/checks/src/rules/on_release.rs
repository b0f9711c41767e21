//! What depends on the release that an application is on.

use crate::repo::{Production, Project};
use crate::rule::Skip;
use crate::{Context, Release};

/// The release of an application, where a file says it or what is installed does. The lowest that is allowed is not
/// the one that runs, and nothing is told by it.
pub(super) fn release(project: &Project) -> Option<Release> {
    project.release.as_ref().filter(|found| found.certain).map(|found| found.release.clone())
}

/// The application that a production is of.
pub(super) fn project_of<'a>(cx: Context<'a>, production: &Production) -> Option<&'a Project> {
    let of = |project: &&Project| project.productions.iter().any(|own| std::ptr::eq(own, production));
    cx.projects().ok()?.iter().find(of)
}

/// Those of some productions whose application is on a release, or a later one, or on one that is not known; at least
/// one.
pub(super) fn since<'a>(
    cx: Context<'a>,
    first: &Release,
    mut productions: Vec<&'a Production>,
) -> Result<Vec<&'a Production>, Skip> {
    for project in cx.projects()? {
        if release(project).is_some_and(|release| release < *first) {
            productions.retain(|one| !project.productions.iter().any(|old| std::ptr::eq(*one, old)));
        }
    }
    if productions.is_empty() {
        return Err(Skip::because(format!(
            "what it asks for exists since {first}, and the release is older"
        )));
    }
    Ok(productions)
}
