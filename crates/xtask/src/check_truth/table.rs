//! What is printed, and what is written for other programs.

use std::collections::BTreeSet;
use std::path::Path;

use checks::{Finding, Severity};
use serde_json::{Value, json};

use super::beyond::Verdict;
use super::score::{Beyond, Scored};
use super::totals::Totals;

/// The tables, then every row that was missed, every clean one that was hit, every finding to look at.
pub(super) fn lines(scored: &[Scored<'_>]) -> Vec<String> {
    let mut lines = vec![row("rule", "found", "exact", "alarms")];
    let ids: BTreeSet<&str> = scored
        .iter()
        .flat_map(|one| {
            let outcomes = one.outcomes.iter().map(|outcome| &*outcome.label.id);
            outcomes.chain(one.alarms.iter().map(|alarm| &*alarm.label.id))
        })
        .collect();
    lines.extend(ids.into_iter().map(|id| total(id, Totals::of(scored, |label| label.id == id))));
    lines.push(String::new());
    lines.push(format!(
        "{} {:>8} {:>8}",
        row("repository", "found", "exact", "alarms"),
        "beyond",
        "unjudged"
    ));
    for one in scored {
        let totals = total(one.repository, Totals::of(std::slice::from_ref(one), |_| true));
        lines.push(format!("{totals} {:>8} {:>8}", one.beyond.len(), unjudged(one)));
    }
    lines.push(String::new());
    lines.push(row("problems", "found", "exact", "alarms"));
    for severity in [Severity::Critical, Severity::High, Severity::Medium, Severity::Low] {
        let totals = Totals::of(scored, |label| label.severity == Some(severity));
        lines.push(total(severity.name(), totals));
    }
    lines.push(total("without CI and development", Totals::of(scored, |label| !label.is_aside())));
    lines.push(total("all", Totals::of(scored, |_| true)));
    let clean: usize = scored.iter().map(|one| one.clean).sum();
    let beyond: usize = scored.iter().map(|one| one.beyond.len()).sum();
    let open: usize = scored.iter().map(unjudged).sum();
    lines.push(format!(
        "{clean} rows are clean; {beyond} findings beyond the labels, {open} of them unjudged"
    ));
    lines.extend(details(scored));
    lines
}

fn details(scored: &[Scored<'_>]) -> Vec<String> {
    let mut lines = Vec::new();
    for one in scored {
        for outcome in one.outcomes.iter().filter(|outcome| outcome.found.is_none()) {
            let (label, severity) = (outcome.label, outcome.label.severity.map_or("none", Severity::name));
            lines.push(format!(
                "missed {} {} {} {severity}: {}",
                one.repository,
                label.place(),
                label.id,
                label.evidence
            ));
        }
        for alarm in &one.alarms {
            let (label, finding) = (alarm.label, &alarm.finding);
            lines.push(format!(
                "false alarm {} {} {}: {}",
                one.repository,
                label.place(),
                label.id,
                told(finding)
            ));
        }
        for beyond in one.beyond.iter().filter(|beyond| beyond.verdict != Some(Verdict::Right)) {
            lines.push(format!("{} {} {}", judged(beyond), one.repository, told(&beyond.finding)));
        }
    }
    lines
}

fn row(name: &str, found: &str, exact: &str, alarms: &str) -> String {
    format!("{name:<44} {found:>14} {exact:>6} {alarms:>6}")
}

fn total(name: &str, totals: Totals) -> String {
    row(name, &totals.recall(), &totals.exact.to_string(), &totals.alarms.to_string())
}

fn told(finding: &Finding) -> String {
    format!("{} {} {}: {}", finding.place, finding.rule, finding.severity.name(), finding.message)
}

fn unjudged(one: &Scored<'_>) -> usize {
    one.beyond.iter().filter(|beyond| beyond.verdict.is_none()).count()
}

fn judged(beyond: &Beyond) -> &'static str {
    match beyond.verdict {
        None => "unjudged",
        Some(Verdict::Right) => "right",
        Some(Verdict::Wrong) => "wrong",
    }
}

/// Writes every row and finding as JSON.
pub(super) fn write(path: &Path, scored: &[Scored<'_>]) -> Result<(), String> {
    let all: Vec<Value> = scored.iter().map(one).collect();
    let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn one(scored: &Scored<'_>) -> Value {
    let outcomes = scored.outcomes.iter().map(|outcome| {
        let label = outcome.label;
        json!({
            "id": label.id, "file": label.file, "line": label.line, "evidence": label.evidence,
            "severity": label.severity.map(Severity::name), "aside": label.is_aside(),
            "found": outcome.found.as_ref().map(finding),
        })
    });
    let alarms = scored.alarms.iter().map(|alarm| {
        json!({"id": alarm.label.id, "file": alarm.label.file, "line": alarm.label.line,
            "finding": finding(&alarm.finding)})
    });
    let beyond = scored
        .beyond
        .iter()
        .map(|beyond| json!({"verdict": judged(beyond), "finding": finding(&beyond.finding)}));
    let skipped =
        scored.skipped.iter().map(|skipped| json!({"rule": skipped.rule, "reason": skipped.reason}));
    json!({
        "repository": scored.repository,
        "problems": outcomes.collect::<Vec<_>>(),
        "clean": scored.clean,
        "alarms": alarms.collect::<Vec<_>>(),
        "beyond": beyond.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule, "severity": finding.severity, "confidence": finding.confidence,
        "path": &*finding.place.path, "line": finding.place.line, "message": finding.message, "why": finding.why,
    })
}
