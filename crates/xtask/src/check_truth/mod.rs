//! `cargo xtask check-truth --repos DIR --truth FILE`: the checker against what a reviewer said of real repositories.
//!
//! The repositories lie beside the project and are never committed. bench/check/README.md says how the table is read.

mod beyond;
mod labels;
mod mapping;
mod options;
mod score;
mod table;
mod totals;
mod tsv;

use std::collections::BTreeSet;

use beyond::Verdicts;
use labels::{Label, Labels};
use mapping::Mapping;
use options::Options;
use score::Scored;
use totals::Totals;

use crate::say;

/// Problems that must be found, of a hundred.
const RECALL: usize = 95;

/// Runs the comparison; what it gives back are problems.
pub(crate) fn run(words: &[&str]) -> Vec<String> {
    Options::read(words).and_then(|options| compare(&options)).unwrap_or_else(|problem| vec![problem])
}

fn compare(options: &Options) -> Result<Vec<String>, String> {
    let labels = Labels::of(&options.truth)?;
    let mapping = Mapping::kept()?;
    let verdicts = Verdicts::of_files(options.beyond.as_deref())?;
    let known: BTreeSet<&str> = checks::registry().map(|entry| entry.id).collect();
    let mut problems = mapping.problems(&labels, &known);
    let mut scored = Vec::new();
    for repository in labels.repositories() {
        let labels = labels.of_repository(repository);
        problems.extend(misplaced(options, repository, &labels));
        scored.push(check(options, repository, &labels, &mapping, &verdicts)?);
    }
    for line in table::lines(&scored) {
        say(&line);
    }
    if let Some(path) = &options.json {
        table::write(path, &scored)?;
    }
    problems.extend(shortfalls(&scored));
    Ok(problems)
}

fn check<'a>(
    options: &Options,
    repository: &'a str,
    labels: &[&'a Label],
    mapping: &Mapping,
    verdicts: &Verdicts,
) -> Result<Scored<'a>, String> {
    let folder = options.repos.join(repository);
    if !folder.is_dir() {
        return Err(format!("{} is no folder; check {repository} out there", folder.display()));
    }
    let report = checks::run(&checks::Repository::read(&folder), checks::registry());
    Ok(score::score(repository, labels, report, mapping, verdicts))
}

/// Labels whose evidence is not where they say: the checkout is of another commit.
fn misplaced(options: &Options, repository: &str, labels: &[&Label]) -> Vec<String> {
    let folder = options.repos.join(repository);
    let wrong = |label: &&&Label| {
        let text = std::fs::read(folder.join(&label.file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let line = text.lines().nth(label.line.saturating_sub(1) as usize);
        !line.is_some_and(|line| line.contains(&label.evidence))
    };
    let told = |label: &&Label| {
        format!("{repository}: {}:{} does not say `{}`", label.file, label.line, label.evidence)
    };
    labels.iter().filter(wrong).map(told).collect()
}

fn shortfalls(scored: &[Scored<'_>]) -> Vec<String> {
    let totals = Totals::of(scored, |_| true);
    let mut problems = Vec::new();
    if totals.found * 100 < totals.problems * RECALL {
        problems.push(format!(
            "{} of {} problems are found; {RECALL}% are needed",
            totals.found, totals.problems
        ));
    }
    if totals.alarms > 0 {
        problems.push(format!("{} rows marked clean are hit", totals.alarms));
    }
    let wrong = scored.iter().flat_map(|one| &one.beyond).filter(|beyond| beyond.is_wrong()).count();
    if wrong > 0 {
        problems.push(format!("{wrong} findings beyond the labels were judged wrong and are still made"));
    }
    problems
}
