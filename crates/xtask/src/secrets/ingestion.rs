//! What looking for secrets costs on the catalog's way in: a generated catalog is ingested with all rules and with
//! none, without a database, which only makes the share greater.

use std::collections::HashMap;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use catalog::ingest::{
    AllowedKind, Bodies, Content, Ingest, ReadError, ReadRequest, Reader, RootLocation, Rule, Rules,
    Screening, Settings, SourceFile, State,
};
use model::{EntityRef, Entropy, LocationRef};
use secrets::Scanner;

use super::options::Options;
use super::process::now;
use crate::say;

const ENTITIES: usize = 10_000;
/// The least of so many runs counts.
const RUNS: usize = 7;
/// The greatest share of the time, percent.
const MOST: f64 = 3.0;
const KINDS: [&str; 7] = ["Component", "API", "System", "Domain", "Group", "User", "Location"];

/// Files in memory, so that no disk is measured.
struct Files(HashMap<String, Vec<u8>>);

impl Reader for Files {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        let bytes =
            self.0.get(request.location.target()).ok_or_else(|| ReadError::not_found("no such file"))?;
        let content = Content::Bytes(bytes.clone().into(), None);
        Ok(vec![SourceFile { location: request.location.clone(), content }])
    }
}

#[derive(Default)]
struct Served(HashMap<EntityRef, Arc<str>>);

impl Bodies for Served {
    fn body(&self, entity: &EntityRef) -> Option<Arc<str>> {
        self.0.get(entity).cloned()
    }
}

/// The same bytes in each run.
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A catalog that was ingested.
struct Ingested {
    took: Duration,
    /// Of that, reading and checking documents.
    read: Duration,
    bodies: Vec<Arc<str>>,
}

/// Prints what it costs; what it gives back are problems.
pub(super) fn measure(options: &Options, scanner: &Scanner) -> Result<Vec<String>, String> {
    let folder = options.folder.join("catalog");
    let _ = std::fs::remove_dir_all(&folder);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    crate::bench::write_catalog(&folder, ENTITIES).map_err(failed)?;
    let files = files(&folder).map_err(failed)?;
    let root = folder.join("all.yaml").display().to_string();
    let root = LocationRef::new("file", &root).map_err(|error| error.to_string())?;
    let none = Scanner::new(secrets::Rules::of(Vec::new()), scanner.key().clone(), Arc::new(super::Standing));
    let ingests = [ingest(scanner), ingest(&none)];
    // One after the other in each round, so that what else the machine does strikes both.
    let mut best: [Option<Ingested>; 2] = [None, None];
    for _ in 0..=RUNS {
        for (best, ingest) in best.iter_mut().zip(&ingests) {
            let run = take(ingest, &root, &files)?;
            if best.as_ref().is_none_or(|best| run.took < best.took) {
                *best = Some(run);
            }
        }
    }
    let [Some(with), Some(without)] = best else { return Err("nothing was measured".to_owned()) };
    let [all, _] = &ingests;
    let look = (0..RUNS).map(|_| look(all, &with.bodies)).min().unwrap_or_default();
    let suspects = with.bodies.iter().filter(|body| all.suspects(body)).count();
    let share = percent(with.took.saturating_sub(without.took), without.took);
    let alone = percent(look, with.took.saturating_sub(look));
    say(&format!("\n{} entities on the catalog's way in, without a database:", with.bodies.len()));
    for (name, run) in [("with all rules", &with), ("with no rules", &without)] {
        say(&format!(
            "  {name:<16} {:>7.1} ms, of which {:>7.1} ms for reading documents",
            milliseconds(run.took),
            milliseconds(run.read)
        ));
    }
    say(&format!(
        "  one look at every stored text takes {:.1} ms; {suspects} are looked at closely",
        milliseconds(look)
    ));
    say(&format!("  looking for secrets adds {share:.2}%; the look by itself is {alone:.2}% of the rest"));
    let cost = share.max(alone);
    let problem =
        format!("looking for secrets costs {cost:.2}% on the catalog's way in; {MOST}% are allowed");
    Ok(if cost > MOST { vec![problem] } else { Vec::new() })
}

fn files(folder: &Path) -> std::io::Result<Files> {
    let mut files = HashMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        files.insert(path.display().to_string(), std::fs::read(&path)?);
    }
    Ok(Files(files))
}

fn ingest(scanner: &Scanner) -> Ingest {
    let allow = KINDS.into_iter().map(AllowedKind::of_any_type).collect();
    Ingest::new(Settings {
        rules: Rules::new(vec![Rule { allow, locations: None }]),
        ..Settings::new(Screening::new(scanner.clone()))
    })
}

fn take(ingest: &Ingest, root: &LocationRef, files: &Files) -> Result<Ingested, String> {
    let (mut state, mut served, entropy) = (State::new(), Served::default(), Counting(AtomicU8::new(0)));
    let started = now();
    let walk = finish(ingest.read(&RootLocation::new(root, Path::new("/")), files, &state))?;
    let read = started.elapsed();
    let mut plan = ingest.plan(walk, &state);
    while let Some(change) = plan.next_change(&state, &served, &entropy) {
        state.apply(&change);
        let bodies =
            change.upserts.iter().map(|entity| (entity.entity_ref.clone(), Arc::clone(&entity.body)));
        served.0.extend(bodies);
    }
    let took = started.elapsed();
    if let Some(problem) = plan.report().problems.first() {
        return Err(format!("the generated catalog has a problem: {problem:?}"));
    }
    Ok(Ingested { took, read, bodies: served.0.into_values().collect() })
}

fn look(ingest: &Ingest, bodies: &[Arc<str>]) -> Duration {
    let started = now();
    for body in bodies {
        std::hint::black_box(ingest.suspects(body));
    }
    started.elapsed()
}

/// Runs a future that never waits.
fn finish<F: Future>(future: F) -> Result<F::Output, String> {
    match pin!(future).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err("reading from memory waited".to_owned()),
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn percent(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() * 100.0 / whole.as_secs_f64().max(1e-9)
}
