//! `cargo xtask bench`: the table of speed and memory, ours and, where one runs, the reference's.
//!
//! One release build serves a generated catalog from a file database, with audit on and a policy that
//! lets people read what they own. Server and client are kept on different cores. Processor time is the
//! figure to trust on a busy machine; wall-clock times are there for orientation.

mod catalog;
mod load;
mod portal;
mod routes;

use std::time::Duration;

use crate::say;
use load::{Measured, Peer};
use portal::Portal;

/// What is asked for on the command line.
struct Options {
    entities: usize,
    seconds: u64,
    reference: Option<Reference>,
}

/// A reference that runs beside ours, filled from the same files.
struct Reference {
    peer: Peer,
    process: Option<u32>,
}

const USAGE: &str = "usage: cargo xtask bench [--entities N] [--seconds N] \
    [--reference http://127.0.0.1:PORT --reference-token TOKEN [--reference-pid PID]]";

fn options(words: &[&str]) -> Result<Options, String> {
    let mut options = Options { entities: 10_000, seconds: 5, reference: None };
    let (mut url, mut token, mut process) = (None, None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{word} takes a number"));
        match *word {
            "--entities" => options.entities = usize::try_from(number()?).unwrap_or(usize::MAX),
            "--seconds" => options.seconds = number()?,
            "--reference" => url = Some((*value).to_owned()),
            "--reference-token" => token = Some((*value).to_owned()),
            "--reference-pid" => process = u32::try_from(number()?).ok(),
            _ => return Err(format!("{word} is not known\n{USAGE}")),
        }
    }
    if let Some(url) = url {
        let token = token.ok_or_else(|| format!("--reference needs --reference-token\n{USAGE}"))?;
        options.reference = Some(Reference { peer: Peer::new(&url, &token)?, process });
    }
    Ok(options)
}

/// Builds the binary as it is shipped, and says where it is.
pub(crate) fn build_stagedoor() -> Result<std::path::PathBuf, String> {
    portal::build()
}

/// Writes a generated catalog; how many entities it has.
pub(crate) fn write_catalog(folder: &std::path::Path, entities: usize) -> std::io::Result<usize> {
    catalog::write(folder, entities)
}

/// Runs the benchmark; what it gives back are problems.
pub(crate) fn run(words: &[&str]) -> Vec<String> {
    let outcome = options(words).and_then(|options| measure(&options));
    outcome.err().into_iter().collect()
}

fn measure(options: &Options) -> Result<(), String> {
    portal::build()?;
    let folder = portal::folder()?;
    let made = catalog::write(&folder.join("catalog"), options.entities)
        .map_err(|error| format!("the catalog cannot be written: {error}"))?;
    say(&format!("{made} generated entities; policy: people read what they own; audit on; SQLite in a file"));
    portal::pin_this_process();

    let first = Portal::start(&folder, true)?;
    let total = u64::try_from(made).unwrap_or(u64::MAX);
    first.wait_for(total)?;
    say(&format!(
        "first start: ready in {:.2} s; all entities served after {:.2} s, {:.2} s of processor; {} MiB",
        first.ready().as_secs_f64(),
        first.elapsed().as_secs_f64(),
        first.processor().as_secs_f64(),
        first.memory(),
    ));
    first.stop()?;

    let again = Portal::start(&folder, false)?;
    say(&format!("start from the filled database: ready in {:.2} s", again.ready().as_secs_f64()));
    again.wait_for(total)?;
    again.settle();
    let idle = again.memory();
    let token = again.sign_in(catalog::READER)?;
    let ours = Peer::new(&portal::url(), &token)?;
    let mut rows = Vec::new();
    let mut requests = 0;
    for route in routes::all(options.entities) {
        let seconds = Duration::from_secs(options.seconds);
        let mine = load::run(&ours, &route, seconds, || again.processor())?;
        requests += mine.requests;
        let theirs = match &options.reference {
            None => None,
            Some(reference) => {
                compare(&ours, &reference.peer, &route)?;
                let clock = || reference.process.map_or(Duration::ZERO, portal::processor_of);
                Some(load::run(&reference.peer, &route, seconds, clock)?)
            }
        };
        rows.push((route.name, mine, theirs));
    }
    let loaded = again.memory();
    let records = again.stop()?;
    print(&rows, options.reference.is_some());
    say(&format!("memory: {idle} MiB idle, {loaded} MiB after the load"));
    if let Some(process) = options.reference.as_ref().and_then(|reference| reference.process) {
        say(&format!("memory of the reference: {} MiB", portal::memory_of(process)));
    }
    let expected = requests + ours.sent_beside();
    if records != expected {
        return Err(format!("{expected} requests left {records} audit records"));
    }
    say(&format!("{records} audit records for as many requests"));
    if options.reference.is_none() {
        say("the reference was not measured: start one over the same files and name it with --reference");
    }
    Ok(())
}

/// Both sides must count the same, or the table compares different things.
fn compare(ours: &Peer, theirs: &Peer, route: &routes::Route) -> Result<(), String> {
    let (mine, reference) = (ours.count(route)?, theirs.count(route)?);
    if mine == reference {
        return Ok(());
    }
    Err(format!("{}: {mine} here and {reference} there; are both filled from the same files?", route.name))
}

fn print(rows: &[(&'static str, Measured, Option<Measured>)], both: bool) {
    let other = if both { " | reference: req/s | µs of processor | p99 ms | ratio" } else { "" };
    say(&format!("\n{:<24} req/s | µs of processor a request | p50 ms | p99 ms{other}", ""));
    for (name, mine, theirs) in rows {
        let beside = theirs.as_ref().map_or(String::new(), |theirs| {
            let ratio = theirs.micros() / mine.micros().max(0.1);
            format!(
                " | {:>8.0} | {:>8.0} | {:>6.1} | {ratio:>5.0}",
                theirs.rate(),
                theirs.micros(),
                theirs.p99()
            )
        });
        say(&format!(
            "{name:<24} {:>6.0} | {:>7.1} | {:>5.2} | {:>5.2}{beside}",
            mine.rate(),
            mine.micros(),
            mine.p50(),
            mine.p99(),
        ));
    }
}
