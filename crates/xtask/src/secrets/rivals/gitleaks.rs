//! Gitleaks.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

use super::{Kind, Reported, Task, line, text, words};

/// It does not say how many rules it has.
pub(super) const KIND: Kind =
    Kind { name: "gitleaks", arguments, codes: &[0, 1], read, list: &[], rules: |_| None };

fn arguments(task: &Task<'_>) -> Vec<OsString> {
    let mut all = words(["dir", "--no-banner", "--report-format", "json", "--report-path"]);
    all.extend([task.report.into(), task.folder.into()]);
    all
}

fn read(report: &str) -> Result<Vec<Reported>, String> {
    let report: Value = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let findings = report.as_array().ok_or("no list")?;
    Ok(findings.iter().map(finding).collect())
}

fn finding(entry: &Value) -> Reported {
    Reported {
        path: PathBuf::from(text(&entry["File"])),
        lines: (line(&entry["StartLine"]), line(&entry["EndLine"])),
        secret: entry["Secret"].as_str().map(str::to_owned),
    }
}
