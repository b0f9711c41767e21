//! For code scanning.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::report::Report;
use crate::sarif::{Notification, Outcome, Rule, Run};

/// Notes that are told one by one.
const NOTES: usize = 1000;

pub(crate) fn document(report: &Report<'_>) -> Value {
    let found = &report.seen.found;
    let used: BTreeSet<&str> = found.iter().map(|one| &*one.finding.rule).collect();
    let rules = used.iter().map(|id| {
        let rule = report.rules.find(id);
        Rule {
            id: (*id).to_owned(),
            name: rule.map_or_else(|| "secret".to_owned(), |rule| rule.name().to_owned()),
            page: rule
                .map(secrets::Rule::source)
                .filter(|page| page.starts_with("https://"))
                .map(str::to_owned),
            ..Rule::default()
        }
    });
    let mut seen_before = BTreeMap::new();
    let outcomes = found.iter().map(|one| {
        let finding = &one.finding;
        // Neither lines nor a key are in this one: it holds as long as the secret stays in its file.
        let alike = format!("{}|{}|{}", finding.rule, one.place.path, finding.masked);
        let number = seen_before.entry(alike.clone()).and_modify(|number| *number += 1).or_insert(1);
        let mut fingerprints = vec![("stagedoorPlace/v1", format!("{alike}|{number}"))];
        if report.is_lasting {
            fingerprints.push(("stagedoorSecret/v1", finding.fingerprint.to_string()));
        }
        let mut properties = vec![("masked", finding.masked.to_string())];
        properties.push(("fingerprint", finding.fingerprint.to_string()));
        properties.extend(finding.path.clone().map(|pointer| ("pointer", pointer)));
        properties.extend(one.place.commit.clone().map(|commit| ("commit", commit)));
        Outcome {
            rule: finding.rule.to_string(),
            message: format!("{} `{}`", report.name(one), finding.masked),
            path: one.place.path.clone(),
            line: finding.line,
            column: finding.column,
            fingerprints,
            properties,
            ..Outcome::default()
        }
    });
    let notifications =
        report.seen.notes.iter().take(NOTES).map(|note| Notification { message: note.message() });
    let run = Run {
        rules: rules.collect(),
        outcomes: outcomes.collect(),
        notifications: notifications.collect(),
        folder: std::env::current_dir().ok().map(|folder| folder.to_string_lossy().into_owned()),
    };
    run.document()
}
