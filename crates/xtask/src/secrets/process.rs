//! Programs under measurement: each runs alone, on as many cores as it has threads.

use std::ffi::OsString;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// GNU time: what the kernel tells of a program that ended.
const TIME: &str = "/usr/bin/time";

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// Processor time, user and system.
    pub(crate) processor: Duration,
    /// Peak resident memory, KiB.
    pub(crate) memory: u64,
}

/// A run that ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) cost: Cost,
    /// What it wrote to stderr.
    pub(crate) errors: String,
}

#[expect(clippy::disallowed_methods, reason = "a benchmark starts what it measures")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Runs a program to its end; its stdout goes to a file in `scratch`.
pub(crate) fn run(
    program: &Path,
    arguments: &[OsString],
    threads: usize,
    output: &Path,
) -> Result<Ended, String> {
    let told = output.with_extension("time");
    let errors = output.with_extension("stderr");
    let create = |path: &Path| File::create(path).map_err(|error| format!("{}: {error}", path.display()));
    let mut timed = pinned(threads);
    timed.args([TIME, "--quiet", "--format", "%U %S %M", "--output"]).arg(&told).arg(program);
    timed.args(arguments).env("GOMAXPROCS", threads.to_string());
    timed.env("RAYON_NUM_THREADS", threads.to_string());
    timed.stdin(Stdio::null()).stdout(create(output)?).stderr(create(&errors)?);
    let started = now();
    let status = timed.status().map_err(|error| format!("{} does not run: {error}", program.display()))?;
    let wall = started.elapsed();
    let told = std::fs::read_to_string(&told)
        .map_err(|error| format!("{TIME} (GNU time) is needed and told nothing: {error}"))?;
    let mut cost = cost(&told).ok_or_else(|| format!("{TIME} told `{}`", told.trim()))?;
    cost.wall = wall;
    let errors = String::from_utf8_lossy(&std::fs::read(&errors).unwrap_or_default()).into_owned();
    Ok(Ended { code: status.code().unwrap_or(-1), cost, errors })
}

/// `taskset` on the first cores, so that a program which asks for more threads gains nothing.
fn pinned(threads: usize) -> Command {
    let mut pinned = command("taskset");
    pinned.args(["-c", &format!("0-{}", threads.saturating_sub(1))]);
    pinned
}

/// Reads `user system memory`; the wall clock is ours.
fn cost(told: &str) -> Option<Cost> {
    // Before these three numbers may stand a line on how the program ended.
    let mut fields = told.lines().last()?.split_whitespace();
    let mut seconds = || fields.next()?.parse().ok().map(Duration::from_secs_f64);
    let processor = seconds()? + seconds()?;
    Some(Cost { wall: Duration::ZERO, processor, memory: fields.next()?.parse().ok()? })
}

/// The middle of several runs, for each measure by itself.
pub(crate) fn median(costs: &[Cost]) -> Option<Cost> {
    fn middle<T: Ord + Copy>(costs: &[Cost], of: impl Fn(&Cost) -> T) -> Option<T> {
        let mut values: Vec<T> = costs.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    }
    Some(Cost {
        wall: middle(costs, |cost| cost.wall)?,
        processor: middle(costs, |cost| cost.processor)?,
        memory: middle(costs, |cost| cost.memory)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_time_tells_is_read() {
        let read = cost("Command exited with non-zero status 1\n1.50 0.25 20480\n").expect("it can be read");
        assert_eq!((read.processor, read.memory), (Duration::from_millis(1750), 20480));
        assert!(cost("").is_none() && cost("1.5 x 3").is_none());
    }

    #[test]
    fn the_middle_is_taken_of_each_measure() {
        let one = |seconds, memory| {
            let time = Duration::from_secs(seconds);
            Cost { wall: time, processor: time, memory }
        };
        let middle = median(&[one(9, 1), one(1, 3), one(2, 2)]).expect("there are three");
        assert_eq!((middle.wall, middle.memory), (Duration::from_secs(2), 2));
        assert!(median(&[]).is_none());
    }
}
