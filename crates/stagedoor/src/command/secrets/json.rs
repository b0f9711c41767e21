//! For programs.

use serde_json::{Map, Value, json};

use super::found::Found;
use super::report::Report;

/// Notes that are told one by one.
const NOTES: usize = 10_000;

pub(crate) fn document(report: &Report<'_>) -> Value {
    let notes: Vec<Value> = report
        .seen
        .notes
        .iter()
        .take(NOTES)
        .map(|note| json!({ "kind": note.kind.word(), "place": note.place, "message": note.message() }))
        .collect();
    json!({
        "findings": report.seen.found.iter().map(finding).collect::<Vec<_>>(),
        "notes": notes,
        "summary": {
            "files": report.seen.texts,
            "binaries": report.seen.binaries,
            "findings": report.seen.found.len(),
            "known": report.known,
            "vanished": report.vanished,
            "allowed": report.seen.allowed,
            "notes": report.seen.notes.len(),
            "ruleProblems": report.rule_problems(),
        },
    })
}

fn finding(found: &Found) -> Value {
    let finding = &found.finding;
    let mut row = Map::new();
    row.insert("rule".to_owned(), (&*finding.rule).into());
    row.insert("path".to_owned(), found.place.path.as_str().into());
    row.insert("line".to_owned(), finding.line.into());
    row.insert("column".to_owned(), finding.column.into());
    row.insert("masked".to_owned(), finding.masked.as_str().into());
    row.insert("fingerprint".to_owned(), finding.fingerprint.to_string().into());
    if let Some(pointer) = &finding.path {
        row.insert("pointer".to_owned(), pointer.as_str().into());
    }
    if let Some(commit) = &found.place.commit {
        row.insert("commit".to_owned(), commit.as_str().into());
    }
    Value::Object(row)
}
