//! Running the rules.

use rayon::prelude::*;

use crate::accept::Acceptance;
use crate::code::Facts;
use crate::covered;
use crate::unread::{Asked, Part};
use crate::{Checklist, Context, Entry, Finding, Findings, Repository, Skip};

/// What came of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// By path, line, column, rule.
    pub findings: Vec<Finding>,
    /// Findings that were accepted, once [`Report::accept`] was asked.
    pub accepted: Vec<(Finding, Acceptance)>,
    /// Rules that could not run, or not over all that they asked for, in the registry's order.
    pub skipped: Vec<SkippedRule>,
    /// Ids of the rules that ran over all that they asked for.
    pub ran: Vec<&'static str>,
}

/// A rule that could not run, or not over everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedRule {
    /// Its id.
    pub rule: &'static str,
    /// Why.
    pub reason: String,
}

/// Runs rules over a repository, in parallel.
pub fn run<'a>(repository: &Repository, rules: impl IntoIterator<Item = &'a Entry>) -> Report {
    let rules: Vec<&Entry> = rules.into_iter().collect();
    // What is read in parallel itself must be there before: a rule that waits for it would be given another rule to run
    // meanwhile, which may wait for the same.
    repository.make_ready();
    let facts = Facts::of(repository);
    let asked: Vec<Asked> = rules.iter().map(|_| Asked::default()).collect();
    let ends: Vec<_> = rules
        .par_iter()
        .zip(&asked)
        .map(|(entry, asked)| {
            let mut findings = Findings::new(entry.id, entry.rule.severity);
            let ran = (entry.rule.check)(&Context::new(repository, &facts, asked), &mut findings);
            // Rules judge infrastructure as the portal's own.
            if asked.has(Part::Terraform) {
                findings.lessen(|place| repository.terraform.is_beside(&place.path));
            }
            // What could not be read may hold more.
            let ran =
                ran.and_then(|()| asked.unread(repository).map_or(Ok(()), |why| Err(Skip::because(why))));
            (entry.id, ran, findings.into_vec())
        })
        .collect();
    let mut report = Report::default();
    for (id, ran, found) in ends {
        // What was found before a rule gave up is found all the same.
        report.findings.extend(found);
        match ran {
            Ok(()) => report.ran.push(id),
            Err(skip) => report.skipped.push(SkippedRule { rule: id, reason: skip.0 }),
        }
    }
    // What nothing imports does not run. A secret in it is one all the same.
    let dead = repository.code().dead();
    if !dead.is_empty() {
        let is_of_secrets = |rule: &str| {
            rules.iter().any(|entry| entry.id == rule && entry.rule.checklist == Checklist::Secrets)
        };
        report.findings.retain(|finding| !dead.contains(&*finding.place.path) || is_of_secrets(finding.rule));
    }
    report.findings.sort_by(|a, b| (&a.place, a.rule, &a.message).cmp(&(&b.place, b.rule, &b.message)));
    report.findings.dedup_by(|a, b| a.place == b.place && a.rule == b.rule && a.message == b.message);
    covered::remove(&mut report.findings);
    report
}
