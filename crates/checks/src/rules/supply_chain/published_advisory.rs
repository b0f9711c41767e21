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
const EVIDENCE: usize = 48;

/// An advisory that is about what is installed.
struct Hit<'a> {
    advisory: &'a Advisory,
    used: Used,
}

/// A package, or the release, and what is known about it.
struct Affected<'a> {
    /// Its name and versions.
    what: String,
    /// Where it is written.
    place: &'a Place,
    /// Whether a package.json or backstage.json names it: what people can change.
    direct: bool,
    /// Whether the version is what is installed, and not what may be.
    certain: bool,
    /// Of the release: packages of Backstage are brought up to date together.
    of_backstage: bool,
    /// The worst first; at least one.
    hits: Vec<Hit<'a>>,
}

impl Hit<'_> {
    /// How bad it is here.
    fn severity(&self) -> Severity {
        if self.used == Used::No { Severity::Low } else { self.advisory.severity }
    }
}

impl<'a> Affected<'a> {
    fn worst(&self) -> Option<&Hit<'a>> {
        self.hits.first()
    }

    fn severity(&self) -> Severity {
        self.worst().map_or(Severity::Low, Hit::severity)
    }
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages();
    let all = &cx.repository().advisories().list;
    let names: BTreeSet<&str> = all
        .iter()
        .flat_map(|advisory| &advisory.affected)
        .map(|affected| affected.package.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let mut judged = false;
    for project in cx.projects()? {
        let mut found: Vec<Affected<'_>> = Vec::new();
        if let Some(release) = project.release.as_ref().filter(|release| release.certain) {
            judged = true;
            found.extend(of_release(*cx, project, release));
        }
        for name in &names {
            let Ok(packages) = &packages else { break };
            let installed = packages.installed(&project.folder, name);
            judged |= !installed.is_empty();
            found.extend(of_package(*cx, project, name, &installed));
        }
        let (together, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.of_backstage);
        report(together, findings);
        for one in others {
            report(vec![one], findings);
        }
    }
    if judged {
        Ok(())
    } else {
        Err(Skip::because("nothing that advisories are about is installed here, as far as can be told"))
    }
}

/// Advisories about a release as a whole.
fn of_release<'a>(cx: Context<'a>, project: &'a Project, found: &'a Found) -> Option<Affected<'a>> {
    let hits = cx
        .repository()
        .advisories()
        .of("")
        .filter(|(_, affected)| affected.has(&found.release))
        .map(|(advisory, _)| Hit { advisory, used: advisory.when.used(&project.productions, true) });
    Some(Affected {
        what: format!("Backstage {}", found.release),
        place: found.place()?,
        direct: true,
        certain: true,
        of_backstage: true,
        hits: sorted(hits)?,
    })
}

fn of_package<'a>(
    cx: Context<'a>,
    project: &'a Project,
    name: &'a str,
    installed: &[Installed<'a>],
) -> Option<Affected<'a>> {
    let advisories = cx.repository().advisories();
    let affected: Vec<&Installed<'a>> = installed
        .iter()
        .filter(|installed| advisories.of(name).any(|(_, affected)| affected.has(&installed.version)))
        .collect();
    let is_direct = |installed: &Installed<'_>| installed.place.path.ends_with("package.json");
    let direct = affected.iter().find(|installed| is_direct(installed));
    let named = installed.iter().any(is_direct);
    let hits = advisories
        .of(name)
        .filter(|(_, range)| affected.iter().any(|installed| range.has(&installed.version)))
        .map(|(advisory, _)| Hit { advisory, used: advisory.when.used(&project.productions, named) });
    let versions: Vec<String> = affected.iter().map(|installed| installed.version.to_string()).collect();
    Some(Affected {
        what: format!("{name} {}", versions.join(" and ")),
        place: direct.or(affected.first())?.place,
        direct: direct.is_some(),
        certain: affected.iter().any(|installed| installed.locked.is_some()),
        of_backstage: name.starts_with("@backstage/"),
        hits: sorted(hits)?,
    })
}

/// The worst first, each once; nothing if there are none.
fn sorted<'a>(hits: impl Iterator<Item = Hit<'a>>) -> Option<Vec<Hit<'a>>> {
    let mut hits: Vec<Hit<'a>> = hits.collect();
    hits.sort_by(|a, b| b.severity().cmp(&a.severity()).then_with(|| b.advisory.id.cmp(&a.advisory.id)));
    hits.dedup_by(|a, b| a.advisory.id == b.advisory.id);
    (!hits.is_empty()).then_some(hits)
}

/// One finding for what one upgrade mends.
fn report(mut affected: Vec<Affected<'_>>, findings: &mut Findings) {
    affected.sort_by_key(|one| std::cmp::Reverse((one.severity(), one.direct)));
    let Some((first, worst)) = affected.first().and_then(|first| Some((first, first.worst()?))) else {
        return;
    };
    let hits = || affected.iter().flat_map(|one| &one.hits);
    let place = affected.iter().find(|one| one.direct).unwrap_or(first).place;
    let message = if let [one] = &affected[..] {
        message(one)
    } else {
        let ids: BTreeSet<&str> = hits().map(|hit| hit.advisory.id.as_str()).collect();
        let count = match ids.len() {
            1 => "a published advisory".to_owned(),
            count => format!("{count} published advisories"),
        };
        format!(
            "{} packages of Backstage have {count}, the worst of {}: {}",
            affected.len(),
            first.what,
            worst.advisory.id
        )
    };
    let unless =
        if hits().any(|hit| hit.used != Used::No) { "" } else { "; what it needs is not configured" };
    let certain = affected.iter().any(|one| one.certain);
    let sure = certain && hits().any(|hit| hit.used != Used::No && hit.advisory.source != Source::Secondary);
    let confidence = match (sure, certain) {
        (true, _) => Confidence::High,
        (false, true) => Confidence::Medium,
        (false, false) => Confidence::Low,
    };
    let evidence: Vec<Step> = match &affected[..] {
        [one] => one.hits.iter().take(EVIDENCE).map(|hit| step(hit, None)).collect(),
        all => all.iter().take(EVIDENCE).filter_map(of_one).collect(),
    };
    findings
        .at(place, format!("{message}{unless}"))
        .severity(worst.severity())
        .confidence(confidence)
        .why(format!(
            "{} ({}): {}",
            worst.advisory.id,
            worst.advisory.severity.name(),
            worst.advisory.summary
        ))
        .fix(Fix::manual(fix(hits())))
        .evidence(evidence);
}

/// What is said of one package alone.
fn message(one: &Affected<'_>) -> String {
    let ids: Vec<&str> = one.hits.iter().take(SHOWN).map(|hit| hit.advisory.id.as_str()).collect();
    let more =
        if one.hits.len() > SHOWN { format!(" and {} more", one.hits.len() - SHOWN) } else { String::new() };
    let known = if one.hits.len() == 1 { "a published advisory" } else { "published advisories" };
    let has = if one.what.contains(" and ") { "have" } else { "has" };
    format!("{} {has} {known}: {}{more}", one.what, ids.join(", "))
}

/// A package among others: its worst advisory, and the ids of the rest.
fn of_one(one: &Affected<'_>) -> Option<Step> {
    let (worst, rest) = one.hits.split_first()?;
    let mut step = step(worst, Some(one));
    if !rest.is_empty() {
        let ids: Vec<&str> = rest.iter().map(|hit| hit.advisory.id.as_str()).collect();
        step.text = format!("{}; also {}", step.text, ids.join(", "));
    }
    Some(step)
}

/// An advisory, at the setting that makes it matter; of a package among others at that.
fn step(hit: &Hit<'_>, of: Option<&Affected<'_>>) -> Step {
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
    let what = of.map(|one| format!("{}: ", one.what)).unwrap_or_default();
    let text = format!(
        "{what}{} ({}): {}{condition}{source}",
        advisory.id,
        advisory.severity.name(),
        advisory.summary
    );
    Step { place: of.map(|one| one.place.clone()).or(place), text }
}

/// What helps against all of them.
fn fix<'a>(hits: impl Iterator<Item = &'a Hit<'a>> + Clone) -> String {
    // Fixes go into several lines of releases; the newest line has all of them.
    let newest = hits.clone().filter_map(|hit| hit.advisory.fixed.iter().max()).max();
    let upgrade = match newest {
        Some(release) => {
            format!("upgrade to Backstage {release} or later, and see that the lock file follows")
        }
        None => "upgrade the package, and see that the lock file follows".to_owned(),
    };
    let needs: BTreeSet<String> =
        hits.map(|hit| hit.advisory.needs.text()).filter(|text| !text.is_empty()).collect();
    if needs.is_empty() {
        upgrade
    } else {
        let needs: Vec<String> = needs.into_iter().collect();
        format!("{upgrade}; that alone is not enough: also set `{}`", needs.join("`, `"))
    }
}
