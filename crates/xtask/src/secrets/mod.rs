//! `cargo xtask bench secrets`: speed and quality of the scanner, beside other scanners in one run.
//!
//! Everything is made from a seed or lies on the machine anyway; no secret is printed. bench/secrets/README.md says
//! how the numbers are to be read.

mod alarms;
mod engine;
mod ingestion;
mod labels;
mod options;
mod plants;
pub(crate) mod process;
mod recall;
mod report;
mod rivals;
mod source;
mod speed;
mod threads;
mod worst;

use std::path::Path;
use std::sync::Arc;

use model::{Clock, Timestamp};
use secrets::{FingerprintKey, Rules, Scanner};

use crate::say;
use options::{Options, Part};
use report::Report;
pub(crate) use source::megabytes;

/// The key of the fingerprints in the labels. It is public: what they are of is public as well.
const LABEL_KEY: &[u8] = b"stagedoor bench labels";

/// Runs the benchmark; what it gives back are problems.
pub(crate) fn run(words: &[&str]) -> Vec<String> {
    if cfg!(debug_assertions) {
        return again_in_release(words).err().into_iter().collect();
    }
    let outcome = match words {
        ["engine", folder, threads] => threads
            .parse()
            .map_err(|_| "threads are a number".to_owned())
            .and_then(|threads| engine::run(Path::new(folder), threads))
            .map(|()| Vec::new()),
        words => Options::read(words).and_then(|options| measure(&options)),
    };
    outcome.unwrap_or_else(|problem| vec![problem])
}

/// Times of a debug build say nothing.
fn again_in_release(words: &[&str]) -> Result<(), String> {
    let status = process::command(env!("CARGO"))
        .args(["run", "--release", "--quiet", "--locked", "--package", "xtask", "--", "bench", "secrets"])
        .args(words)
        .current_dir(crate::root())
        .status()
        .map_err(|error| format!("cargo does not run: {error}"))?;
    if status.success() { Ok(()) } else { Err("the benchmark failed; what is above says why".to_owned()) }
}

fn measure(options: &Options) -> Result<Vec<String>, String> {
    let scratch = options.folder.join("scratch");
    std::fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let mut problems = Vec::new();
    let mut report = Report::default();
    let needs_source = options.has(Part::Speed) || options.has(Part::Quality);
    let source = if needs_source { Some(source::lay(options)?) } else { None };
    if let Some(source) = source.as_ref().filter(|_| options.has(Part::Speed)) {
        problems.extend(speed::measure(options, source, &scratch)?);
    }
    if let Some(source) = source.as_ref().filter(|_| options.has(Part::Quality)) {
        problems.extend(quality(options, source, &scratch, &mut report)?);
    }
    if options.has(Part::Worst) {
        problems.extend(worst::measure(&scanner())?);
    }
    if options.has(Part::Catalog) {
        problems.extend(ingestion::measure(options, &scanner())?);
    }
    if let Some(path) = &options.report {
        report.write(path)?;
    }
    Ok(problems)
}

fn quality(
    options: &Options,
    source: &source::Source,
    scratch: &Path,
    report: &mut Report,
) -> Result<Vec<String>, String> {
    let scanner = scanner();
    let folder = options.folder.join("planted");
    let files = plants::plant(options.seed, options.plants)?;
    plants::write(&files, &folder)?;
    let count: usize = files.iter().map(|file| file.plants.len()).sum();
    say(&format!("\n{count} secrets planted in {} files; seed {}", files.len(), options.seed));
    let mut in_plants = Vec::new();
    let mut in_source = Vec::new();
    for rival in &options.rivals {
        rival.run(&folder, scratch, options.threads)?;
        in_plants.push(recall::Other::new(rival.name(), &folder, rival.findings(scratch)?));
        rival.run(&source.folder, scratch, options.threads)?;
        in_source.push(alarms::Other { name: rival.name(), findings: rival.findings(scratch)? });
    }
    let mut problems = recall::measure(options, &scanner, &files, &in_plants, report);
    problems.extend(alarms::lookalikes(&scanner, options.seed, report));
    problems.extend(alarms::measure(options, &scanner, source, &in_source, report)?);
    Ok(problems)
}

/// The scanner as it is shipped, at a fixed time, so that no token expires between two runs.
fn scanner() -> Scanner {
    let key = FingerprintKey::kept(LABEL_KEY.to_vec()).expect("the key is long enough");
    Scanner::new(Rules::builtin(), key, Arc::new(Standing))
}

/// A clock that stands at 2026-12-01.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_timestamp(1_796_083_200).expect("the time is in range")
    }
}
