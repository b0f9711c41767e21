//! For programs. docs/check.schema.json says the same.

use serde_json::{Value, json};

use super::shown::{Shown, ShownFinding, ShownProject, Spot};

pub(crate) fn document(shown: &Shown) -> Value {
    let skipped = shown.skipped.iter();
    let unread = shown.unread.iter();
    json!({
        "findings": shown.findings.iter().map(finding).collect::<Vec<_>>(),
        "skipped": skipped.map(|one| json!({ "rule": one.rule, "reason": one.reason })).collect::<Vec<_>>(),
        "accepted": shown.accepted.iter().map(|(found, acceptance)| {
            let mut row = finding(found);
            row["acceptance"] = json!({
                "reason": acceptance.reason,
                "until": acceptance.until,
                "path": acceptance.spot.path,
                "line": acceptance.spot.line.max(1),
            });
            row
        }).collect::<Vec<_>>(),
        "baseline": { "known": shown.known, "vanished": shown.vanished },
        "ran": shown.ran,
        "unread": unread.map(|(path, reason)| json!({ "path": path, "reason": reason })).collect::<Vec<_>>(),
        "projects": shown.projects.iter().map(project).collect::<Vec<_>>(),
    })
}

fn project(project: &ShownProject) -> Value {
    let mut row = json!({ "folder": project.folder, "productions": project.productions });
    if let Some(found) = &project.release {
        row["release"] = json!({ "release": found.release, "how": found.how, "certain": found.certain });
    }
    row
}

fn finding(finding: &ShownFinding) -> Value {
    let spot = &finding.spot;
    let mut fix = json!({ "kind": finding.fix.kind, "what": finding.fix.what });
    if !finding.fix.edits.is_empty() {
        fix["edits"] = finding.fix.edits.clone().into();
    }
    json!({
        "rule": finding.entry.id,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "path": spot.path,
        "line": spot.line.max(1),
        "column": spot.column.max(1),
        "message": finding.message,
        "why": finding.why,
        "fix": fix,
        "evidence": finding.evidence.iter().map(|(spot, text)| step(spot.as_ref(), text)).collect::<Vec<_>>(),
        "fingerprint": finding.fingerprint,
        "checklist": finding.entry.rule.checklist,
    })
}

fn step(spot: Option<&Spot>, text: &str) -> Value {
    match spot {
        None => json!({ "text": text }),
        Some(spot) => json!({
            "path": spot.path,
            "line": spot.line.max(1),
            "column": spot.column.max(1),
            "text": text,
        }),
    }
}
