//! Rows beside findings, for one repository.

use std::collections::BTreeSet;

use checks::{Finding, Report, SkippedRule};

use super::beyond::{Verdict, Verdicts};
use super::labels::Label;
use super::mapping::Mapping;

/// A row that is a problem, and what we said of it.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) label: &'a Label,
    /// The nearest finding of a rule that means it.
    pub(super) found: Option<Finding>,
}

/// A row that is clean, and a finding that hits it.
#[derive(Debug)]
pub(super) struct Alarm<'a> {
    pub(super) label: &'a Label,
    pub(super) finding: Finding,
}

/// A finding that is of no row.
#[derive(Debug)]
pub(super) struct Beyond {
    pub(super) finding: Finding,
    /// What people said of it, if they looked.
    pub(super) verdict: Option<Verdict>,
}

impl Beyond {
    pub(super) fn is_wrong(&self) -> bool {
        self.verdict == Some(Verdict::Wrong)
    }
}

/// One repository.
#[derive(Debug)]
pub(super) struct Scored<'a> {
    pub(super) repository: &'a str,
    pub(super) outcomes: Vec<Outcome<'a>>,
    /// How many rows are clean.
    pub(super) clean: usize,
    pub(super) alarms: Vec<Alarm<'a>>,
    pub(super) beyond: Vec<Beyond>,
    pub(super) skipped: Vec<SkippedRule>,
}

/// Puts rows and findings side by side. One finding may be of several rows: rules report a list once, where a
/// reviewer names its items.
pub(super) fn score<'a>(
    repository: &'a str,
    labels: &[&'a Label],
    report: Report,
    mapping: &Mapping,
    verdicts: &Verdicts,
) -> Scored<'a> {
    let findings = report.findings;
    let mut taken = BTreeSet::new();
    let mut outcomes = Vec::new();
    let (problems, clean): (Vec<&Label>, Vec<&Label>) =
        labels.iter().partition(|label| label.severity.is_some());
    for label in problems {
        let near = candidates(label, &findings, mapping, false);
        let nearest = near.iter().min_by_key(|at| distance(label, &findings[**at])).copied();
        let of_nearest = |at: &usize| {
            nearest
                .is_some_and(|nearest| distance(label, &findings[*at]) == distance(label, &findings[nearest]))
        };
        taken.extend(near.iter().copied().filter(of_nearest));
        outcomes.push(Outcome { label, found: nearest.map(|at| findings[at].clone()) });
    }
    let mut alarms = Vec::new();
    let mut hit = BTreeSet::new();
    for label in &clean {
        let hits = candidates(label, &findings, mapping, true);
        let hits: Vec<usize> = hits.into_iter().filter(|at| !taken.contains(at)).collect();
        if let Some(first) = hits.first() {
            alarms.push(Alarm { label, finding: findings[*first].clone() });
        }
        hit.extend(hits);
    }
    let rest = findings.into_iter().enumerate().filter(|(at, _)| !taken.contains(at) && !hit.contains(at));
    let beyond =
        rest.map(|(_, finding)| Beyond { verdict: verdicts.of(repository, &finding), finding }).collect();
    Scored { repository, outcomes, clean: clean.len(), alarms, beyond, skipped: report.skipped }
}

/// Findings of rules that mean a label, near it.
fn candidates(label: &Label, findings: &[Finding], mapping: &Mapping, clean: bool) -> Vec<usize> {
    let Some(means) = mapping.of(&label.id) else { return Vec::new() };
    let near = if clean { means.clean } else { means.problem };
    let is = |finding: &Finding| {
        *finding.place.path == *label.file
            && means.rules.iter().any(|rule| rule == finding.rule)
            && near.has(label.line, finding.place.line)
    };
    (0..findings.len()).filter(|at| is(&findings[*at])).collect()
}

fn distance(label: &Label, finding: &Finding) -> u32 {
    label.line.abs_diff(finding.place.line)
}

#[cfg(test)]
mod tests {
    use checks::Repository;
    use checks::repo::Files;

    use super::super::labels::tests::read;
    use super::super::tsv;
    use super::*;

    /// Found problems, clean rows that are hit, and guest findings beyond both, for a guest on line 4.
    fn scored(rows: &[&str], verdicts: &Verdicts) -> (usize, usize, Vec<Option<Verdict>>) {
        let files = Files::of_texts([
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            ("backstage.json", r#"{"version": "1.55.0"}"#),
            (
                "app-config.yaml",
                "auth:\n  providers:\n    guest:\n      dangerouslyAllowOutsideDevelopment: true\n",
            ),
        ]);
        let report = checks::run(&Repository::of(files), checks::registry());
        let labels: Vec<Label> = rows.iter().map(|row| read(row).expect("it is one")).collect();
        let labels: Vec<&Label> = labels.iter().collect();
        let mapping = Mapping::kept().expect("it can be read");
        let scored = score("a/b", &labels, report, &mapping, verdicts);
        let found = scored.outcomes.iter().filter(|outcome| outcome.found.is_some()).count();
        let guests = scored.beyond.iter().filter(|one| one.finding.rule == "guest-outside-development");
        let guests = guests.map(|one| one.verdict).collect();
        (found, scored.alarms.len(), guests)
    }

    const PROBLEM: &str =
        "a/b\tc\tapp-config.yaml\t4\tauth.guest-dangerous-outside-dev\tcritical\tproblem\te\t";
    const CLEAN: &str = "a/b\tc\tapp-config.yaml\t4\tauth.guest-dangerous-outside-dev\tnone\tclean\te\t";

    #[test]
    fn a_finding_is_of_a_problem_or_hits_a_clean_row_or_is_beyond_both() {
        let none = Verdicts::none();
        assert_eq!(scored(&[PROBLEM], &none), (1, 0, vec![]));
        assert_eq!(scored(&[CLEAN], &none), (0, 1, vec![]));
        assert_eq!(scored(&[PROBLEM, CLEAN], &none), (1, 0, vec![]), "what is of a problem hits nothing");
        assert_eq!(scored(&[], &none), (0, 0, vec![None]));
    }

    #[test]
    fn a_rule_with_another_meaning_and_a_row_elsewhere_count_for_nothing() {
        let none = Verdicts::none();
        let other = PROBLEM.replace("auth.guest-dangerous-outside-dev", "auth.excess-scope");
        assert_eq!(scored(&[&other], &none), (0, 0, vec![None]));
        let elsewhere = PROBLEM.replace("\t4\t", "\t40\t");
        assert_eq!(scored(&[&elsewhere], &none), (0, 0, vec![None]));
        let file = PROBLEM.replace("app-config.yaml", "app-config.local.yaml");
        assert_eq!(scored(&[&file], &none), (0, 0, vec![None]));
    }

    #[test]
    fn a_verdict_is_of_one_finding() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("beyond.tsv");
        let row = "a/b\tapp-config.yaml\t4\tguest-outside-development\twrong\ta test";
        std::fs::write(&path, row).expect("it can be written");
        let verdicts = Verdicts::of_files(Some(&path)).expect("it can be read");
        assert_eq!(tsv::read(&path).map(|rows| rows.len()), Ok(1));
        assert_eq!(scored(&[], &verdicts).2, [Some(Verdict::Wrong)]);
    }
}
