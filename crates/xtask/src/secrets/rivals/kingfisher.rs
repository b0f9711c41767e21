//! Kingfisher.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

use super::super::process::Ended;
use super::{Kind, Reported, Task, line, text, words};

/// As it comes, without network and history.
pub(super) const KIND: Kind =
    Kind { name: "kingfisher", arguments, codes: &[0, 200], read, list: &[], rules };

/// Its fastest mode, which leaves decoding and parsing out.
pub(super) const TURBO: Kind = Kind { name: "kingfisher-turbo", arguments: turbo, ..KIND };

fn arguments(task: &Task<'_>) -> Vec<OsString> {
    let mut all = words(["scan", "--no-validate", "--no-update-check", "--git-history", "none"]);
    all.extend(words(["--no-dedup", "--format", "json", "--jobs", task.threads, "--output"]));
    all.extend([task.report.into(), task.folder.into()]);
    all
}

fn turbo(task: &Task<'_>) -> Vec<OsString> {
    let mut all = arguments(task);
    all.push("--turbo".into());
    all
}

/// The report is JSON documents, one a line: the one with a list of findings is it.
fn read(report: &str) -> Result<Vec<Reported>, String> {
    let mut found = None;
    for document in serde_json::Deserializer::from_str(report).into_iter::<Value>() {
        let document = document.map_err(|error| error.to_string())?;
        if let Some(findings) = document["findings"].as_array() {
            found = Some(findings.iter().map(finding).collect());
        }
    }
    found.ok_or_else(|| "no list of findings".to_owned())
}

fn finding(entry: &Value) -> Reported {
    let finding = &entry["finding"];
    let start = line(&finding["line"]);
    let secret = text(&finding["snippet"]);
    Reported {
        path: PathBuf::from(text(&finding["path"])),
        lines: (start, start + secret.matches('\n').count()),
        secret: Some(secret),
    }
}

/// It says `Loaded N rules`.
fn rules(ended: &Ended) -> Option<usize> {
    let (_, rest) = ended.errors.split_once("Loaded ")?;
    rest.split_whitespace().next()?.parse().ok()
}
