//! Betterleaks.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

use super::{Kind, Reported, Task, line, text, words};

pub(super) const KIND: Kind = Kind {
    name: "betterleaks",
    arguments,
    codes: &[0, 1],
    read,
    list: &["config", "show", "ids"],
    rules: |_| None,
};

fn arguments(task: &Task<'_>) -> Vec<OsString> {
    let mut all = words(["fs", "--no-banner", "--silent", "--jobs", task.threads, "--output"]);
    all.extend([task.report.into(), task.folder.into()]);
    all
}

fn read(report: &str) -> Result<Vec<Reported>, String> {
    let report: Value = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let findings = report["findings"].as_array().ok_or("no list of findings")?;
    Ok(findings.iter().map(finding).collect())
}

fn finding(entry: &Value) -> Reported {
    let place = &entry["location"];
    Reported {
        path: PathBuf::from(text(&place["path"])),
        lines: (line(&place["start_line"]), line(&place["end_line"])),
        secret: entry["match"]["value"].as_str().map(str::to_owned),
    }
}
