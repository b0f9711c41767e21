//! `cargo xtask bench check`: how long `stagedoor check` takes over a repository of 10,000 files, and how much memory,
//! beside other scanners in one run. bench/check/README.md says how the numbers are to be read.

mod made;
mod options;
mod rivals;
mod source;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::say;
use crate::secrets::process::{self, Cost};
use options::Options;
use rivals::Rival;
use source::Source;

/// Longest that a check may take.
const SECONDS: f64 = 1.0;
/// Most memory that it may have, MiB.
const MEMORY: u64 = 300;

/// What is run.
enum Runner<'a> {
    Ours(PathBuf),
    Other(&'a Rival),
}

struct Row<'a> {
    runner: Runner<'a>,
    costs: Vec<Cost>,
}

/// Runs the benchmark; what it gives back are problems.
pub(crate) fn run(words: &[&str]) -> Vec<String> {
    Options::read(words).and_then(|options| measure(&options)).unwrap_or_else(|problem| vec![problem])
}

fn measure(options: &Options) -> Result<Vec<String>, String> {
    let scratch = options.folder.join("scratch");
    std::fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    let ours = options.ours.clone().map_or_else(crate::bench::build_stagedoor, Ok)?;
    let source = source::lay(options)?;
    let mut rows = vec![Row { runner: Runner::Ours(ours), costs: Vec::new() }];
    rows.extend(options.rivals.iter().map(|rival| Row { runner: Runner::Other(rival), costs: Vec::new() }));
    for row in &mut rows {
        // The files are in memory before anything is measured.
        row.run(&source, &scratch, options.threads)?;
        // A scanner that takes minutes is not asked again and again.
        for round in 0..options.runs {
            let cost = row.run(&source, &scratch, options.threads)?;
            say(&format!("round {}: {:<12} {:>7.2} s", round + 1, row.name(), cost.wall.as_secs_f64()));
            row.costs.push(cost);
            if cost.wall.as_secs_f64() > 30.0 {
                break;
            }
        }
    }
    Ok(print(&rows, &source, options))
}

impl Row<'_> {
    fn name(&self) -> &str {
        match &self.runner {
            Runner::Ours(_) => "stagedoor",
            Runner::Other(rival) => rival.name(),
        }
    }

    fn run(&self, source: &Source, scratch: &Path, threads: usize) -> Result<Cost, String> {
        let program = match &self.runner {
            Runner::Other(rival) => return rival.run(source, scratch, threads),
            Runner::Ours(program) => program,
        };
        let mut arguments: Vec<OsString> = ["check", "--format", "json"].map(OsString::from).into();
        arguments.push((&source.folder).into());
        let ended = process::run(program, &arguments, threads, &scratch.join("ours.out"))?;
        // 1 says that something was found.
        if matches!(ended.code, 0 | 1) {
            return Ok(ended.cost);
        }
        let last = ended.errors.lines().last().unwrap_or_default();
        Err(format!("stagedoor ended with {}: {last}", ended.code))
    }
}

fn print(rows: &[Row<'_>], source: &Source, options: &Options) -> Vec<String> {
    say(&format!(
        "\n{} files, {}; {} threads, median of {} runs",
        source.files,
        crate::secrets::megabytes(source.bytes),
        options.threads,
        options.runs
    ));
    say(&format!("{:<12} {:>8} | processor s | peak MiB | times as long as ours", "scanner", "s"));
    let medians: Vec<Option<Cost>> = rows.iter().map(|row| process::median(&row.costs)).collect();
    let Some(ours) = medians.first().copied().flatten() else { return Vec::new() };
    for (row, cost) in rows.iter().zip(&medians) {
        let Some(cost) = cost else { continue };
        say(&format!(
            "{:<12} {:>8.2} | {:>11.2} | {:>8} | {:>6.2}",
            row.name(),
            cost.wall.as_secs_f64(),
            cost.processor.as_secs_f64(),
            cost.memory / 1024,
            cost.wall.as_secs_f64() / ours.wall.as_secs_f64().max(1e-6),
        ));
    }
    problems(ours)
}

/// What is wrong with what a check took.
fn problems(ours: Cost) -> Vec<String> {
    let mut problems = Vec::new();
    let seconds = ours.wall.as_secs_f64();
    if seconds > SECONDS {
        problems.push(format!("a check takes {seconds:.2} s; at most {SECONDS} s are allowed"));
    }
    let memory = ours.memory / 1024;
    if memory > MEMORY {
        problems.push(format!("a check has {memory} MiB of memory; at most {MEMORY} are allowed"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_slow_or_large_is_a_problem() {
        let of = |millis, memory: u64| {
            let time = Duration::from_millis(millis);
            problems(Cost { wall: time, processor: time, memory: memory << 10 })
        };
        assert_eq!(of(1000, 300), [""; 0]);
        assert_eq!(of(1200, 300), ["a check takes 1.20 s; at most 1 s are allowed"]);
        assert_eq!(of(20, 301), ["a check has 301 MiB of memory; at most 300 are allowed"]);
    }
}
