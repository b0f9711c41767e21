use std::collections::BTreeSet;

use crate::advisories::{Advisory, Source, Used};
use crate::fix::Fix;
use crate::packages::{Found, Installed};
use crate::repo::Project;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity, Skip, Step};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// So many ids are in the message; the evidence has more.
const SHOWN: usize = 4;
const EVIDENCE: usize = 24;

/// An advisory that is about what is installed.
struct Hit<'a> {
    advisory: &'a Advisory,
    used: Used,
}

impl Hit<'_> {
    /// How bad it is here.
    fn severity(&self) -> Severity {
        if self.used == Used::No { Severity::Low } else { self.advisory.severity }
    }
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages();
    let mut judged = false;
    for project in cx.projects()? {
        if let Some(found) = project.release.as_ref().filter(|found| found.certain) {
            judged = true;
            of_release(*cx, project, found, findings);
        }
        let Ok(packages) = &packages else { continue };
        let all = &cx.repository().advisories().list;
        let names: BTreeSet<&str> = all
            .iter()
            .flat_map(|advisory| &advisory.affected)
            .map(|affected| affected.package.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        for name in names {
            let installed = packages.installed(&project.folder, name);
            judged |= !installed.is_empty();
            of_package(*cx, project, name, &installed, findings);
        }
    }
    if judged {
        Ok(())
    } else {
        Err(Skip::because("nothing that advisories are about is installed here, as far as can be told"))
    }
}

/// Advisories about a release as a whole.
fn of_release(cx: Context<'_>, project: &Project, found: &Found, findings: &mut Findings) {
    let advisories = cx.repository().advisories();
    let hits: Vec<Hit<'_>> = advisories
        .of("")
        .filter(|(_, affected)| affected.has(&found.release))
        .map(|(advisory, _)| Hit { advisory, used: advisory.when.used(&project.productions) })
        .collect();
    if let Some(place) = found.place() {
        report(&format!("Backstage {}", found.release), place, hits, true, findings);
    }
}

fn of_package(
    cx: Context<'_>,
    project: &Project,
    name: &str,
    installed: &[Installed<'_>],
    findings: &mut Findings,
) {
    let advisories = cx.repository().advisories();
    let affected: Vec<&Installed<'_>> = installed
        .iter()
        .filter(|installed| advisories.of(name).any(|(_, affected)| affected.has(&installed.version)))
        .collect();
    // The one that a package.json names is what people can change.
    let direct = |installed: &&&Installed<'_>| installed.place.path.ends_with("package.json");
    let Some(first) = affected.iter().find(direct).or(affected.first()) else { return };
    let hits: Vec<Hit<'_>> = advisories
        .of(name)
        .filter(|(_, range)| affected.iter().any(|installed| range.has(&installed.version)))
        .map(|(advisory, _)| Hit { advisory, used: advisory.when.used(&project.productions) })
        .collect();
    let versions: Vec<String> = affected.iter().map(|installed| installed.version.to_string()).collect();
    let locked = affected.iter().any(|installed| installed.locked.is_some());
    report(&format!("{name} {}", versions.join(" and ")), first.place, hits, locked, findings);
}

fn report(what: &str, place: &Place, mut hits: Vec<Hit<'_>>, certain: bool, findings: &mut Findings) {
    hits.sort_by(|a, b| b.severity().cmp(&a.severity()).then_with(|| b.advisory.id.cmp(&a.advisory.id)));
    hits.dedup_by(|a, b| a.advisory.id == b.advisory.id);
    let Some(worst) = hits.first() else { return };
    let ids: Vec<&str> = hits.iter().take(SHOWN).map(|hit| hit.advisory.id.as_str()).collect();
    let more = if hits.len() > SHOWN { format!(" and {} more", hits.len() - SHOWN) } else { String::new() };
    let known = if hits.len() == 1 { "a published advisory" } else { "published advisories" };
    let configured = hits.iter().any(|hit| hit.used != Used::No);
    let unless = if configured { "" } else { "; what it needs is not configured" };
    let sure =
        certain && hits.iter().any(|hit| hit.used != Used::No && hit.advisory.source != Source::Secondary);
    let confidence = match (sure, certain) {
        (true, _) => Confidence::High,
        (false, true) => Confidence::Medium,
        (false, false) => Confidence::Low,
    };
    findings
        .at(place, format!("{what} has {known}: {}{more}{unless}", ids.join(", ")))
        .severity(worst.severity())
        .confidence(confidence)
        .why(format!(
            "{} ({}): {}",
            worst.advisory.id,
            worst.advisory.severity.name(),
            worst.advisory.summary
        ))
        .fix(Fix::manual(fix(&hits)))
        .evidence(hits.iter().take(EVIDENCE).map(step));
}

fn step(hit: &Hit<'_>) -> Step {
    let advisory = hit.advisory;
    let (place, condition) = match &hit.used {
        Used::Yes(place) => (place.clone(), String::new()),
        Used::No => (None, format!("; only with {}, which is not so here", advisory.when.text())),
        Used::Unknown => (None, format!("; only with {}, which cannot be told here", advisory.when.text())),
    };
    let source = match advisory.source {
        Source::Secondary => "; the versions are taken from fixes beside it",
        _ => "",
    };
    let text =
        format!("{} ({}): {}{condition}{source}", advisory.id, advisory.severity.name(), advisory.summary);
    Step { place, text }
}

/// What helps against all of them.
fn fix(hits: &[Hit<'_>]) -> String {
    // Fixes go into several lines of releases; the newest line has all of them.
    let newest = hits.iter().filter_map(|hit| hit.advisory.fixed.iter().max()).max();
    let upgrade = match newest {
        Some(release) => {
            format!("upgrade to Backstage {release} or later, and see that the lock file follows")
        }
        None => "upgrade the package, and see that the lock file follows".to_owned(),
    };
    let needs: Vec<String> =
        hits.iter().map(|hit| hit.advisory.needs.text()).filter(|text| !text.is_empty()).collect();
    if needs.is_empty() {
        upgrade
    } else {
        format!("{upgrade}; that alone is not enough: also set `{}`", needs.join("`, `"))
    }
}
