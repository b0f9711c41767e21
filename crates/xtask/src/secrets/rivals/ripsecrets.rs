//! ripsecrets.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Kind, Reported, Task};

/// It has one list of patterns and does not count them.
pub(super) const KIND: Kind =
    Kind { name: "ripsecrets", arguments, codes: &[0, 1], read, list: &[], rules: |_| None };

fn arguments(task: &Task<'_>) -> Vec<OsString> {
    vec![task.folder.into()]
}

/// Lines of `path:line:text`.
#[expect(clippy::unnecessary_wraps, reason = "reports of other scanners can be unreadable")]
fn read(report: &str) -> Result<Vec<Reported>, String> {
    Ok(report.lines().filter_map(finding).collect())
}

fn finding(row: &str) -> Option<Reported> {
    let mut parts = row.splitn(3, ':');
    let path = PathBuf::from(parts.next()?);
    let line = parts.next()?.parse().ok()?;
    Some(Reported { path, lines: (line, line), secret: None })
}
