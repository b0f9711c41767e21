//! What was missed and what was false, for whoever mends the rules. No secret is in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Rows of one rule; the rest is counted.
const SHOWN: usize = 12;

/// Rows by rule.
#[derive(Default)]
pub(super) struct Report {
    missed: BTreeMap<String, Vec<String>>,
    beside: BTreeMap<String, Vec<String>>,
    alarms: Vec<String>,
}

impl Report {
    pub(super) fn missed(&mut self, rule: &str, row: &str) {
        self.missed.entry(rule.to_owned()).or_default().push(row.to_owned());
    }

    /// A finding in a planted or a harmless file that lies on no secret.
    pub(super) fn beside(&mut self, rule: &str, row: &str) {
        self.beside.entry(rule.to_owned()).or_default().push(row.to_owned());
    }

    /// A finding in real source that has no label, in the form of one.
    pub(super) fn alarm(&mut self, row: String) {
        self.alarms.push(row);
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let mut text = String::from("# Planted secrets that were missed, in part, or under another rule\n");
        rules(&mut text, &self.missed);
        text.push_str("\n# Findings in planted and harmless files that lie on no secret\n");
        rules(&mut text, &self.beside);
        text.push_str("\n# Findings in real source without a label\n\n");
        for alarm in &self.alarms {
            let _ = writeln!(text, "{alarm}");
        }
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

fn rules(text: &mut String, rules: &BTreeMap<String, Vec<String>>) {
    for (rule, rows) in rules {
        let _ = writeln!(text, "\n## {rule}: {}", rows.len());
        for row in rows.iter().take(SHOWN) {
            let _ = writeln!(text, "- {row}");
        }
    }
}
