//! Throughput over the same files: our binary and others, one after the other in each round.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::options::Options;
use super::process::{self, Cost, Ended};
use super::rivals::Rival;
use super::source::{Source, megabytes};
use crate::say;

/// How much faster than the fastest other scanner ours must be.
const FASTER: f64 = 2.0;
/// Most memory of ours, MiB.
const MEMORY: u64 = 200;

/// What is run.
enum Runner<'a> {
    /// Our command.
    Ours(PathBuf),
    /// Our engine in this program.
    Engine(PathBuf),
    Other(&'a Rival),
}

struct Row<'a> {
    runner: Runner<'a>,
    costs: Vec<Cost>,
    rules: Option<usize>,
}

impl Runner<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Ours(_) => "stagedoor",
            Self::Engine(_) => "  its engine alone",
            Self::Other(rival) => rival.name(),
        }
    }

    fn run(&self, folder: &Path, scratch: &Path, threads: usize) -> Result<Ended, String> {
        let (program, arguments): (_, Vec<OsString>) = match self {
            Self::Other(rival) => return rival.run(folder, scratch, threads),
            Self::Ours(program) => {
                let mut arguments: Vec<OsString> =
                    ["secrets", "scan", "--format", "json", "--no-ignore"].map(OsString::from).into();
                arguments.push(folder.into());
                (program, arguments)
            }
            Self::Engine(program) => {
                let mut arguments: Vec<OsString> = ["bench", "secrets", "engine"].map(OsString::from).into();
                arguments.extend([folder.into(), threads.to_string().into()]);
                (program, arguments)
            }
        };
        let ended = process::run(program, &arguments, threads, &scratch.join("ours.out"))?;
        // 1 says that something was found.
        if matches!(ended.code, 0 | 1) {
            return Ok(ended);
        }
        let last = ended.errors.lines().last().unwrap_or_default();
        Err(format!("{} ended with {}: {last}", self.name().trim(), ended.code))
    }
}

/// Runs everything and prints the table; what it gives back are problems.
pub(super) fn measure(options: &Options, source: &Source, scratch: &Path) -> Result<Vec<String>, String> {
    let mut rows = vec![Row::of(Runner::Ours(binary(options)?))];
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    rows.push(Row::of(Runner::Engine(this)));
    rows.extend(options.rivals.iter().map(|rival| Row::of(Runner::Other(rival))));
    // The files are in memory before anything is measured, and caches of rules are made.
    for row in &mut rows {
        let ended = row.runner.run(&source.folder, scratch, options.threads)?;
        row.rules = match &row.runner {
            Runner::Other(rival) => rival.rules(&ended, scratch),
            _ => Some(super::scanner().rules().iter().count()),
        };
    }
    for round in 0..options.runs {
        for row in &mut rows {
            let cost = row.runner.run(&source.folder, scratch, options.threads)?.cost;
            say(&format!(
                "round {}: {:<20} {:>7.2} s, {:>7.2} s of processor",
                round + 1,
                row.runner.name().trim(),
                cost.wall.as_secs_f64(),
                cost.processor.as_secs_f64()
            ));
            row.costs.push(cost);
        }
    }
    Ok(print(&rows, source.bytes, options))
}

impl<'a> Row<'a> {
    fn of(runner: Runner<'a>) -> Self {
        Self { runner, costs: Vec::new(), rules: None }
    }
}

fn binary(options: &Options) -> Result<PathBuf, String> {
    if let Some(binary) = &options.ours {
        return Ok(binary.clone());
    }
    crate::bench::build_stagedoor()
}

fn print(rows: &[Row<'_>], bytes: u64, options: &Options) -> Vec<String> {
    say(&format!("\n{} on {} threads, median of {} runs", megabytes(bytes), options.threads, options.runs));
    say(&format!(
        "{:<20} {:>8} | processor s | MB/s of processor | peak MiB | rules | times as long as ours",
        "scanner", "MB/s"
    ));
    let medians: Vec<Option<Cost>> = rows.iter().map(|row| process::median(&row.costs)).collect();
    let ours = medians.first().copied().flatten();
    for (row, cost) in rows.iter().zip(&medians) {
        let Some(cost) = cost else { continue };
        let times = ours.map_or(0.0, |ours| cost.wall.as_secs_f64() / ours.wall.as_secs_f64().max(1e-6));
        let rules = row.rules.map_or_else(|| "?".to_owned(), |rules| rules.to_string());
        say(&format!(
            "{:<20} {:>8.1} | {:>11.2} | {:>17.1} | {:>8} | {rules:>5} | {times:>6.2}",
            row.runner.name(),
            rate(bytes, cost.wall),
            cost.processor.as_secs_f64(),
            rate(bytes, cost.processor),
            cost.memory / 1024,
        ));
    }
    let Some(ours) = ours else { return Vec::new() };
    let mut problems = Vec::new();
    if ours.memory / 1024 > MEMORY {
        problems.push(format!("our peak memory is {} MiB; at most {MEMORY} are allowed", ours.memory / 1024));
    }
    let others = rows.iter().zip(&medians).filter(|(row, _)| matches!(row.runner, Runner::Other(_)));
    let fastest = others
        .filter_map(|(row, cost)| Some((row.runner.name(), cost.as_ref()?.wall)))
        .min_by_key(|(_, wall)| *wall);
    if let Some((name, wall)) = fastest {
        let times = wall.as_secs_f64() / ours.wall.as_secs_f64().max(1e-6);
        say(&format!("the fastest other scanner is {name}; ours is {times:.2} times as fast"));
        if times < FASTER {
            problems.push(format!("ours is {times:.2} times as fast as {name}; {FASTER} are asked"));
        }
    }
    problems
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn rate(bytes: u64, time: std::time::Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64().max(1e-6)
}
