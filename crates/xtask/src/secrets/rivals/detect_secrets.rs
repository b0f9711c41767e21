//! detect-secrets.

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

use super::{Kind, Reported, Task, line, text, words};

pub(super) const KIND: Kind = Kind {
    name: "detect-secrets",
    arguments,
    codes: &[0],
    read,
    list: &["scan", "--list-all-plugins"],
    rules: |_| None,
};

fn arguments(task: &Task<'_>) -> Vec<OsString> {
    let mut all = words(["--cores", task.threads, "scan", "--all-files", "--no-verify"]);
    all.push(task.folder.into());
    all
}

fn read(report: &str) -> Result<Vec<Reported>, String> {
    let report: Value = serde_json::from_str(report).map_err(|error| error.to_string())?;
    let files = report["results"].as_object().ok_or("no results")?;
    Ok(files.values().filter_map(Value::as_array).flatten().map(finding).collect())
}

fn finding(entry: &Value) -> Reported {
    let at = line(&entry["line_number"]);
    Reported { path: PathBuf::from(text(&entry["filename"])), lines: (at, at), secret: None }
}
