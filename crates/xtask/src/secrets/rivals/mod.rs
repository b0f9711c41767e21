//! Other scanners: how each is run offline over a folder, all files, nothing validated; and how its report reads.

mod betterleaks;
mod detect_secrets;
mod gitleaks;
mod kingfisher;
mod ripsecrets;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::process::{self, Ended};

/// A scanner on this machine.
#[derive(Debug)]
pub(super) struct Rival {
    kind: &'static Kind,
    path: PathBuf,
}

/// What is known of a scanner.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    arguments: fn(&Task<'_>) -> Vec<OsString>,
    /// Codes of runs that worked, with and without findings.
    codes: &'static [i32],
    /// Its report, if it is not its stdout, is written to [`Task::report`].
    read: fn(&str) -> Result<Vec<Reported>, String>,
    /// Arguments that make it print a line for each rule it has loaded, if there are such.
    list: &'static [&'static str],
    /// How many rules it says it loaded.
    rules: fn(&Ended) -> Option<usize>,
}

/// One run.
struct Task<'a> {
    folder: &'a Path,
    report: &'a Path,
    threads: &'a str,
}

/// A finding of another scanner.
#[derive(Debug)]
pub(super) struct Reported {
    /// As it names the file.
    pub(super) path: PathBuf,
    /// First and last line, from 1.
    pub(super) lines: (usize, usize),
    /// The secret, where the report has it. It is only compared.
    pub(super) secret: Option<String>,
}

const KINDS: &[Kind] = &[
    betterleaks::KIND,
    detect_secrets::KIND,
    gitleaks::KIND,
    kingfisher::KIND,
    kingfisher::TURBO,
    ripsecrets::KIND,
];

impl Rival {
    /// Reads `name=path`.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let known = format!("--against takes NAME=PATH, where NAME is one of {}", names.join(", "));
        let (name, path) = text.split_once('=').ok_or_else(|| known.clone())?;
        let kind = KINDS.iter().find(|kind| kind.name == name).ok_or(known)?;
        Ok(Self { kind, path: PathBuf::from(path) })
    }

    pub(super) fn name(&self) -> &'static str {
        self.kind.name
    }

    /// Runs it over a folder; `scratch` takes what it writes.
    pub(super) fn run(&self, folder: &Path, scratch: &Path, threads: usize) -> Result<Ended, String> {
        let (output, report) = self.files(scratch);
        let _ = std::fs::remove_file(&report);
        let threads_text = threads.to_string();
        let task = Task { folder, report: &report, threads: &threads_text };
        let ended = process::run(&self.path, &(self.kind.arguments)(&task), threads, &output)?;
        if self.kind.codes.contains(&ended.code) {
            return Ok(ended);
        }
        let last: Vec<&str> = ended.errors.lines().rev().take(5).collect();
        Err(format!("{} ended with {}: {}", self.name(), ended.code, last.join(" / ")))
    }

    /// What it found in its last run with this scratch folder.
    pub(super) fn findings(&self, scratch: &Path) -> Result<Vec<Reported>, String> {
        let (output, report) = self.files(scratch);
        let file = if report.exists() { report } else { output };
        let text = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        (self.kind.read)(&String::from_utf8_lossy(&text))
            .map_err(|problem| format!("the report of {}: {problem}", self.name()))
    }

    /// How many rules it has, told by its run or by a run of its own.
    pub(super) fn rules(&self, ended: &Ended, scratch: &Path) -> Option<usize> {
        if self.kind.list.is_empty() {
            return (self.kind.rules)(ended);
        }
        let output = process::command(&self.path).args(self.kind.list).current_dir(scratch).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.trim().is_empty()).count())
    }

    fn files(&self, scratch: &Path) -> (PathBuf, PathBuf) {
        let output = scratch.join(format!("{}.out", self.name()));
        let report = scratch.join(format!("{}.json", self.name()));
        (output, report)
    }
}

/// Words as arguments.
fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.into_iter().map(OsString::from).collect()
}

/// A line number in JSON.
fn line(value: &serde_json::Value) -> usize {
    value.as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(0)
}

/// A string in JSON.
fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
