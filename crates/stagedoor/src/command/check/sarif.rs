//! For code scanning.

use std::collections::BTreeMap;

use checks::{Entry, Severity};
use serde_json::{Value, json};

use super::shown::{Shown, ShownAcceptance, ShownFinding};
use crate::sarif::{Fix, Level, Link, Notification, Outcome, Rule, Run, Suppression};

/// Notifications that are told one by one.
const NOTES: usize = 1000;

pub(crate) fn document(shown: &Shown) -> Value {
    let used: BTreeMap<&str, &Entry> = all(shown).map(|finding| (finding.entry.id, finding.entry)).collect();
    let skipped = shown.skipped.iter().map(|one| format!("rule {} was skipped: {}", one.rule, one.reason));
    let unread = shown.unread.iter().map(|(path, reason)| format!("{path} was not read: {reason}"));
    let folder = match (&shown.instance, &shown.roots[..]) {
        (Some(_), _) => None,
        (None, [one]) => Some(one.folder.clone()),
        (None, _) => std::env::current_dir().ok(),
    };
    let base = shown.instance.as_ref().map(|instance| instance.base.as_str());
    let found = shown.findings.iter().map(|finding| outcome(finding, base));
    let outcomes = found.chain(shown.accepted.iter().map(|one| accepted(one, base)));
    let run = Run {
        rules: used.into_values().map(rule).collect(),
        outcomes: outcomes.collect(),
        notifications: skipped.chain(unread).take(NOTES).map(|message| Notification { message }).collect(),
        folder: folder.map(|folder| folder.to_string_lossy().into_owned()),
    };
    run.document()
}

fn all(shown: &Shown) -> impl Iterator<Item = &ShownFinding> {
    shown.findings.iter().chain(shown.accepted.iter().map(|(finding, _)| finding))
}

fn accepted((finding, acceptance): &(ShownFinding, ShownAcceptance), base: Option<&str>) -> Outcome {
    let kind = if acceptance.is_inline { Suppression::InSource } else { Suppression::External };
    let reason = format!("{} (until {})", acceptance.reason, acceptance.until);
    Outcome { suppression: Some((kind, reason)), ..outcome(finding, base) }
}

fn rule(entry: &Entry) -> Rule {
    let page = entry.page();
    let rule = entry.rule;
    Rule {
        id: entry.id.to_owned(),
        name: page.title.to_owned(),
        page: None,
        help: Some(format!(
            "{}\n\n{}\n\n{}\n\n{}",
            page.section("What"),
            page.section("Why"),
            page.section("Fix"),
            format_args!("`stagedoor check explain {}` tells more.", entry.id),
        )),
        level: level(rule.severity),
        properties: vec![
            ("security-severity", score(rule.severity).into()),
            ("tags", json!(["security", rule.checklist.name()])),
            // No address: where the documents are published is not for this program to say.
            ("page", format!("docs/checks.md#{}", entry.id).into()),
        ],
    }
}

/// A finding; of an instance at a base address, what was asked there.
fn outcome(finding: &ShownFinding, base: Option<&str>) -> Outcome {
    let number = |number: u32| usize::try_from(number).unwrap_or_default();
    let said = [&finding.message, &finding.why].map(String::as_str);
    let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let chain = finding.evidence.iter().filter_map(|(spot, text)| {
        let spot = spot.as_ref()?;
        let (line, column) = (number(spot.line), number(spot.column));
        Some(Link { path: spot.path.clone(), line, column, message: text.clone() })
    });
    let changes = finding.fix.changes.clone();
    Outcome {
        rule: finding.entry.id.to_owned(),
        level: level(finding.severity),
        rank: Some(rank(finding.severity)),
        message: said.join(": "),
        path: match (base, finding.spot.path.split_once(' ')) {
            (Some(base), Some((_, target))) => format!("{base}{target}"),
            _ => finding.spot.path.clone(),
        },
        line: number(finding.spot.line),
        column: number(finding.spot.column),
        chain: chain.collect(),
        fix: (!changes.is_empty()).then(|| Fix { description: finding.fix.what.clone(), changes }),
        // The second is the one that GitHub follows alerts by.
        fingerprints: vec![
            ("stagedoorCheck/v1", finding.fingerprint.clone()),
            ("primaryLocationLineHash", finding.fingerprint.clone()),
        ],
        properties: vec![
            ("severity", finding.severity.name().to_owned()),
            ("security-severity", score(finding.severity).to_owned()),
            ("confidence", finding.confidence.name().to_owned()),
            ("fix", finding.fix.what.clone()),
        ]
        .into_iter()
        .chain(finding.commands().next().map(|command| ("reproduce", command.to_owned())))
        .collect(),
        ..Outcome::default()
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Note,
    }
}

/// As GitHub sorts alerts: from 9 on critical, from 7 on high, from 4 on medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 95,
        Severity::High => 80,
        Severity::Medium => 55,
        Severity::Low => 30,
    }
}
