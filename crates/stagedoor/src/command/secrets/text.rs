//! For people: each secret's place and line, with masks.

use super::found::{Found, plain};
use super::report::Report;
use crate::{output, snippet};

pub(crate) fn print(report: &Report<'_>) {
    for found in &report.seen.found {
        output::line(&shown(report, found));
    }
    if !report.seen.found.is_empty() {
        output::line(&format!(
            "{}: revoke each secret first, since whoever saw it has it; then give it in another way, such as \
             `${{VARIABLE}}`.\n  What is no secret can stay by leave with a reason: docs/secrets.md",
            output::hint("help")
        ));
    }
    output::line(&report.summary());
}

fn shown(report: &Report<'_>, found: &Found) -> String {
    let finding = &found.finding;
    let place = snippet::at(&plain(&found.place.path), finding.line, finding.column);
    let commit = found.place.commit.as_deref().map(|id| format!(" in commit {id}")).unwrap_or_default();
    let excerpt = &found.excerpt;
    let line = snippet::caret(&excerpt.text, finding.line, excerpt.column, excerpt.width);
    let pointer = finding.path.as_deref().filter(|path| !path.is_empty());
    let pointer = pointer.map(|path| format!(" at {}", plain(path))).unwrap_or_default();
    format!(
        "{place}: {}: {} `{}`{pointer}{commit}\n{line}\n  {}",
        output::bad("error"),
        report.name(found),
        finding.masked,
        output::quiet(&format!("rule {}, fingerprint {}", finding.rule, finding.fingerprint)),
    )
}
