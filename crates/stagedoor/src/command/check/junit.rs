//! `JUnit` XML: a suite for each line of the checklist, a case for each rule.

use std::fmt::Write as _;

use checks::{Checklist, Entry};

use super::html::escaped;
use super::shown::{Shown, ShownFinding};

pub(crate) fn document(shown: &Shown) -> String {
    let failed = shown.rules.iter().filter(|rule| !findings(shown, rule).is_empty()).count();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"stagedoor check\" tests=\"{}\" failures=\"{failed}\">\n",
        shown.rules.len(),
    );
    for item in Checklist::ALL {
        let rules: Vec<&Entry> =
            shown.rules.iter().copied().filter(|entry| entry.rule.checklist == item).collect();
        if !rules.is_empty() {
            suite(item, &rules, shown, &mut out);
        }
    }
    out.push_str("</testsuites>\n");
    out
}

fn findings<'s>(shown: &'s Shown, entry: &Entry) -> Vec<&'s ShownFinding> {
    shown.findings.iter().filter(|finding| finding.entry.id == entry.id).collect()
}

fn suite(item: Checklist, rules: &[&Entry], shown: &Shown, out: &mut String) {
    let mut cases = String::new();
    let (mut failures, mut skips) = (0, 0);
    for entry in rules {
        let found = findings(shown, entry);
        let skipped = shown.skipped.iter().find(|one| one.rule == entry.id);
        let (class, name) = (item.name(), entry.id);
        let open = format!("    <testcase classname=\"stagedoor.{class}\" name=\"{name}\"");
        let body = match (&found[..], skipped) {
            ([], None) => String::new(),
            ([], Some(skipped)) => {
                skips += 1;
                format!("      <skipped message=\"{}\"/>\n", escaped(&skipped.reason))
            }
            (found, _) => {
                failures += 1;
                failure(found)
            }
        };
        let whole =
            if body.is_empty() { format!("{open}/>\n") } else { format!("{open}>\n{body}    </testcase>\n") };
        cases.push_str(&whole);
    }
    write!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skips}\">\n{cases}  </testsuite>\n",
        escaped(item.title()),
        rules.len(),
    )
    .expect("writing to a string does not fail");
}

/// All findings of a rule: readers expect one failure of a case.
fn failure(found: &[&ShownFinding]) -> String {
    let worst = found.iter().map(|finding| finding.severity).max().map_or("", checks::Severity::name);
    let first = found.first().map(|finding| finding.message.as_str()).unwrap_or_default();
    let more = if found.len() > 1 { format!(", and {} more", found.len() - 1) } else { String::new() };
    let lines: Vec<String> = found
        .iter()
        .map(|finding| {
            let (severity, message) = (finding.severity.name(), &finding.message);
            let asked = finding.commands().fold(String::new(), |all, command| all + "\n  ask: " + command);
            format!(
                "{}: {severity}: {message}\n  why: {}\n  help: {}{asked}",
                finding.spot, finding.why, finding.fix.what
            )
        })
        .collect();
    format!(
        "      <failure type=\"{worst}\" message=\"{}\">{}</failure>\n",
        escaped(&format!("{first}{more}")),
        escaped(&lines.join("\n")),
    )
}
