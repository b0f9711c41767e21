//! What a scan came to, whatever form it is printed in.

use secrets::Rules;

use super::arguments::Format;
use super::found::{Found, plain};
use super::look::Seen;
use super::notes::Kind;
use super::{annotations, json, sarif, text};
use crate::output;

/// The whole result.
pub(crate) struct Report<'r> {
    pub(crate) seen: Seen,
    pub(crate) rules: &'r Rules,
    /// Secrets that the baseline knows.
    pub(crate) known: usize,
    /// Secrets of the baseline that are gone.
    pub(crate) vanished: usize,
    /// The baseline that was written, and how many secrets are in it.
    pub(crate) written: Option<(String, usize)>,
    /// Whether fingerprints mean anything in another run.
    pub(crate) is_lasting: bool,
}

impl Report<'_> {
    /// The rule's name for people.
    pub(crate) fn name(&self, found: &Found) -> String {
        self.rules.find(&found.finding.rule).map_or_else(|| "secret".to_owned(), |rule| plain(rule.name()))
    }

    /// Rules that cannot be used.
    pub(crate) fn rule_problems(&self) -> usize {
        self.seen.notes.iter().filter(|note| note.kind == Kind::Rule).count()
    }

    /// The last line.
    pub(crate) fn summary(&self) -> String {
        let count = |number: usize, one: &str, many: &str| {
            format!("{number} {}", if number == 1 { one } else { many })
        };
        let mut parts = vec![format!(
            "{} in {}",
            count(self.seen.found.len(), "secret", "secrets"),
            count(self.seen.texts, "file", "files"),
        )];
        if self.seen.binaries > 0 {
            parts.push(format!("{} not scanned", count(self.seen.binaries, "binary file", "binary files")));
        }
        if self.known > 0 {
            parts.push(format!("{} in the baseline", self.known));
        }
        if self.vanished > 0 {
            parts.push(format!("{} of the baseline gone", self.vanished));
        }
        if self.seen.allowed > 0 {
            parts.push(format!("{} allowed", self.seen.allowed));
        }
        if self.rule_problems() > 0 {
            parts.push(format!("{} cannot be used", count(self.rule_problems(), "rule", "rules")));
        }
        if let Some((path, number)) = &self.written {
            parts.push(format!(
                "{} written to {}",
                count(*number, "fingerprint", "fingerprints"),
                plain(path)
            ));
        }
        parts.join(", ")
    }
}

/// Prints it.
pub(crate) fn print(report: &Report<'_>, format: Format) {
    match format {
        Format::Text => text::print(report),
        Format::Json => output::json(&json::document(report)),
        Format::Sarif => output::json(&sarif::document(report)),
        Format::Github => annotations::print(report),
    }
    if format != Format::Github {
        for line in super::notes::lines(&report.seen.notes) {
            output::error_line(&format!("{}: {}", output::warn("note"), plain(&line)));
        }
    }
}
