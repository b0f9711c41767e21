//! The production checklist as the server's gate: the rules that `check` reports by are those that refuse a start.

use std::collections::BTreeMap;

use checks::accept::Acceptances;
use checks::{Checklist, Entry, Finding, Report, Repository, Serve, Severity, registry};
use config::{Config, Mode, Place, Problem};
use model::{Clock as _, SystemClock};
use server::{Accepted, Judgement, Posture, PostureFinding, PostureLine, PostureState};

/// Runs the rules that concern a server over its configuration.
#[derive(Debug)]
pub(crate) struct Checks;

impl server::Gate for Checks {
    fn judge(&self, config: &Config, mode: Mode) -> Judgement {
        let rules: Vec<&Entry> = registry().filter(|entry| entry.rule.serve != Serve::Inapplicable).collect();
        let repository = Repository::of_config(config).on(SystemClock.now().date());
        let mut report = checks::run(&repository, rules.iter().copied());
        report.accept(&Acceptances::of(&repository), &repository);
        let mut judgement = Judgement { posture: posture(&rules, &report), ..Judgement::default() };
        if mode == Mode::Production {
            judgement.problems =
                report.findings.iter().filter(|finding| refuses(&rules, finding)).map(problem).collect();
            let accepted = report.accepted.iter().filter(|(finding, _)| refuses(&rules, finding));
            judgement.accepted = accepted
                .map(|(finding, acceptance)| Accepted {
                    rule: finding.rule.to_owned(),
                    place: finding.place.to_string(),
                    reason: acceptance.reason.clone(),
                    until: acceptance.until.to_string(),
                })
                .collect();
        }
        judgement
    }
}

/// What is low is worth mending, and no reason not to start.
fn refuses(rules: &[&Entry], finding: &Finding) -> bool {
    finding.severity > Severity::Low
        && rules.iter().any(|entry| entry.id == finding.rule && entry.rule.serve == Serve::Refuses)
}

/// The finding as what is wrong with a configuration.
fn problem(finding: &Finding) -> Problem {
    let place = &finding.place;
    let place = Place { source: place.path.clone(), line: place.line, column: place.column };
    Problem::error("", format!("{} ({}): {}", finding.message, finding.rule, finding.why))
        .at(Some(&place))
        .fix(format!("{}; `stagedoor check explain {}` tells more", finding.fix.what, finding.rule))
}

fn posture(rules: &[&Entry], report: &Report) -> Posture {
    let mut by_line: BTreeMap<Checklist, Vec<&Entry>> = BTreeMap::new();
    for entry in rules {
        by_line.entry(entry.rule.checklist).or_default().push(entry);
    }
    let lines = by_line.into_iter().map(|(item, rules)| line(item, &rules, report)).collect();
    Posture { lines }
}

fn line(item: Checklist, rules: &[&Entry], report: &Report) -> PostureLine {
    let of = |id: &str| rules.iter().any(|entry| entry.id == id);
    let mut findings: Vec<PostureFinding> =
        report.findings.iter().filter(|finding| of(finding.rule)).map(finding_of).collect();
    for (finding, acceptance) in report.accepted.iter().filter(|(finding, _)| of(finding.rule)) {
        let accepted = Some((acceptance.reason.clone(), acceptance.until.to_string()));
        findings.push(PostureFinding { accepted, ..finding_of(finding) });
    }
    let unknown: Vec<String> = report
        .skipped
        .iter()
        .filter(|skipped| of(skipped.rule))
        .map(|skipped| format!("{}: {}", skipped.rule, skipped.reason))
        .collect();
    let state = match () {
        () if findings.iter().any(|finding| finding.accepted.is_none()) => PostureState::Fail,
        () if !findings.is_empty() => PostureState::Accepted,
        () if !unknown.is_empty() => PostureState::Unknown,
        () => PostureState::Pass,
    };
    let looked = report.ran.iter().filter(|id| of(id)).count();
    PostureLine { title: item.title().to_owned(), state, findings, unknown, looked }
}

fn finding_of(finding: &Finding) -> PostureFinding {
    PostureFinding {
        rule: finding.rule.to_owned(),
        severity: finding.severity.name(),
        message: finding.message.clone(),
        place: finding.place.to_string(),
        why: finding.why.clone(),
        fix: finding.fix.what.clone(),
        evidence: finding.evidence.iter().map(|step| step.text.clone()).collect(),
        accepted: None,
    }
}
