//! For people: by line of the checklist, the worst first, each with its source and what to do.

use std::collections::BTreeMap;

use checks::{Checklist, Severity};

use super::arguments::Arguments;
use super::shown::{Shown, ShownFinding, ShownProject, Spot, split_command};
use crate::{output, snippet};

/// Columns that text is wrapped to.
const WIDTH: usize = 98;

/// The report, line by line.
pub(crate) fn lines(shown: &Shown, arguments: &Arguments) -> Vec<String> {
    let mut lines = Vec::new();
    for item in Checklist::ALL {
        let mut of_item: Vec<&ShownFinding> =
            shown.findings.iter().filter(|finding| finding.entry.rule.checklist == item).collect();
        if of_item.is_empty() {
            continue;
        }
        of_item.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        lines.push(output::strong(&format!("── {} ({})", item.title(), of_item.len())));
        lines.push(String::new());
        for finding in of_item {
            tell(finding, &mut lines);
        }
    }
    if !arguments.quiet {
        summary(shown, arguments.verbose, &mut lines);
    }
    lines
}

fn tell(finding: &ShownFinding, lines: &mut Vec<String>) {
    let sure = match finding.confidence {
        checks::Confidence::High => String::new(),
        less => format!(" {}", output::quiet(&format!("(confidence {})", less.name()))),
    };
    lines.push(format!(
        "{}{}: {}{sure}",
        coloured(finding.severity),
        output::quiet(&format!("[{}]", finding.entry.id)),
        output::strong(&finding.message),
    ));
    lines.push(format!("  {} {}", output::hint("-->"), finding.spot));
    if let Some(excerpt) = &finding.excerpt {
        let line = usize::try_from(finding.spot.line).unwrap_or_default();
        lines.extend(
            snippet::caret(&excerpt.text, line, excerpt.column, excerpt.width).lines().map(str::to_owned),
        );
    }
    let said = |word: String, text: &str, lines: &mut Vec<String>| {
        if !text.is_empty() {
            lines.extend(wrapped(&word, text));
        }
    };
    said(output::warn("why"), &finding.why, lines);
    for (spot, text) in &finding.evidence {
        let (text, command) = split_command(text);
        let text = format!("{text}{}", place(spot.as_ref(), finding));
        said(output::quiet("note"), &text, lines);
        // Whole, so that it can be copied.
        lines.extend(command.map(|command| format!("        {command}")));
    }
    said(output::hint("help"), &finding.fix.what, lines);
    if let Some(how) = by_program(finding) {
        lines.push(format!("        {}", output::quiet(how)));
    }
    lines.push(String::new());
}

/// The place of a link of the chain, unless it is the finding's own.
fn place(spot: Option<&Spot>, finding: &ShownFinding) -> String {
    spot.filter(|spot| **spot != finding.spot).map(|spot| format!(" --> {spot}")).unwrap_or_default()
}

fn by_program(finding: &ShownFinding) -> Option<&'static str> {
    use checks::fix::Kind;
    match finding.fix.kind {
        Kind::Safe => Some("`--fix` does this"),
        Kind::Suggested => Some("`--fix=suggested` does this; look at what it did"),
        Kind::Manual => None,
    }
}

fn coloured(severity: Severity) -> String {
    match severity {
        Severity::Critical | Severity::High => output::bad(severity.name()),
        Severity::Medium => output::warn(severity.name()),
        Severity::Low => output::hint(severity.name()),
    }
}

/// Text behind a word, in lines that fit. What is longer than a line stays whole.
fn wrapped(word: &str, text: &str) -> Vec<String> {
    const INDENT: usize = 8;
    let mut lines = vec![String::new()];
    let mut width = 0;
    for part in text.split_whitespace() {
        let length = part.chars().count();
        if width > 0 && INDENT + width + 1 + length > WIDTH {
            lines.push(String::new());
            width = 0;
        }
        let last = lines.last_mut().expect("there is always a line");
        if width > 0 {
            last.push(' ');
            width += 1;
        }
        last.push_str(part);
        width += length;
    }
    let mut lines = lines.into_iter();
    let first = lines.next().unwrap_or_default();
    let bare = anstream::adapter::strip_str(word).to_string().chars().count();
    let pad = " ".repeat(INDENT.saturating_sub(bare + 4));
    std::iter::once(format!("  {word}: {pad}{first}"))
        .chain(lines.map(|line| format!("{:INDENT$}{line}", "")))
        .collect()
}

fn summary(shown: &Shown, verbose: bool, lines: &mut Vec<String>) {
    for project in &shown.projects {
        let folder = if project.folder == "." { "this repository" } else { project.folder.as_str() };
        lines.push(format!("{} {}", output::strong("application"), folder));
        lines.extend(wrapped("release", &release(project)));
        let how = project.productions.iter().flat_map(|how| wrapped("runs", how));
        lines.extend(how);
    }
    if shown.projects.is_empty() && shown.instance.is_none() {
        lines.push(format!("{}: no Backstage application here", output::warn("note")));
    }
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for skipped in &shown.skipped {
        reasons.entry(&skipped.reason).or_default().push(skipped.rule);
    }
    if !reasons.is_empty() {
        lines.push(format!("{} {}", output::strong("skipped"), count(shown.skipped.len(), "rule", "rules")));
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, rules)| std::cmp::Reverse(rules.len()));
        for (reason, rules) in reasons {
            lines.push(format!("  {}", output::quiet(&format!("{:>4}  {reason}", rules.len()))));
            if verbose {
                lines.extend(rules.iter().map(|rule| format!("        {}", output::quiet(rule))));
            }
        }
    }
    if !shown.unread.is_empty() {
        let unread = match shown.instance {
            Some(_) => count(shown.unread.len(), "request", "requests"),
            None => count(shown.unread.len(), "path", "paths"),
        };
        let more = if verbose { "" } else { " (--verbose lists them)" };
        lines.push(format!(
            "{} {unread}{more}",
            output::strong(if shown.instance.is_some() { "not answered" } else { "not read" })
        ));
        if verbose {
            let unread = shown.unread.iter();
            lines.extend(unread.map(|(path, reason)| output::quiet(&format!("  {path}: {reason}"))));
        }
    }
    lines.push(counts(shown));
}

/// Which release an application is judged as.
pub(crate) fn release(project: &ShownProject) -> String {
    match &project.release {
        None => "not known: judged as the current one".to_owned(),
        Some(found) if found.certain => format!("{} ({})", found.release, found.how),
        Some(found) => format!("{} or later: judged as {} ({})", found.release, found.release, found.how),
    }
}

/// The last line.
pub(crate) fn counts(shown: &Shown) -> String {
    let of = |severity| shown.findings.iter().filter(|finding| finding.severity == severity).count();
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let parts: Vec<String> = severities
        .into_iter()
        .map(|severity| (severity, of(severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| format!("{number} {}", coloured(severity)))
        .collect();
    let looked_at = match &shown.instance {
        Some(instance) => {
            format!("{}, from {}", count(instance.answers, "answer", "answers"), instance.base)
        }
        None => count(shown.roots.iter().map(|root| root.files).sum(), "file", "files"),
    };
    let also = [
        (shown.accepted.len(), "accepted"),
        (shown.known, "in the baseline"),
        (shown.vanished, "of the baseline gone"),
        (shown.skipped.len(), if shown.skipped.len() == 1 { "rule skipped" } else { "rules skipped" }),
    ];
    let known: Vec<String> = also
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!(", {number} {what}"))
        .collect();
    let known = known.concat();
    format!(
        "{}{} in {}, by {}{known}",
        count(shown.findings.len(), "finding", "findings"),
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) },
        looked_at,
        count(shown.ran.len(), "rule", "rules"),
    )
}

pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
