//! Measures ingestion with its index, without a database: processor time of each stage, and memory.
//!
//! `cargo run --release -p catalog --example ingest_bench -- FILE [PIECE]` reads what a catalog file
//! leads to, twice: first into an empty catalog, then as after a restart. `PIECE` is how many entities
//! one change may have.

#![expect(clippy::print_stdout, reason = "a measurement is printed")]

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use catalog::index::{Index, Snapshot};
use catalog::ingest::{
    AllowedKind, Bodies, Content, Ingest, Limits, ReadError, ReadRequest, Reader, RootLocation, Rule, Rules,
    Screening, Settings, SourceFile, State,
};
use model::{EntityRef, Entropy, LocationRef, Sequence};

struct Files;

impl Reader for Files {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        let bytes =
            std::fs::read(request.location.target()).map_err(|error| ReadError::failed(error.to_string()))?;
        Ok(vec![SourceFile {
            location: request.location.clone(),
            content: Content::Bytes(bytes.into(), None),
        }])
    }
}

/// Counts, so that a run is like the last.
struct Counting(std::sync::atomic::AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let mut number =
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in bytes {
            *byte = number.to_le_bytes()[7];
            number = number.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        }
    }
}

struct Served(Arc<Snapshot>);

impl Bodies for Served {
    fn body(&self, entity: &EntityRef) -> Option<Arc<str>> {
        self.0.find(entity).map(|slot| Arc::clone(self.0.body(slot)))
    }
}

/// Processor time of this process, in milliseconds: user and system ticks of a hundredth second.
fn spent() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells about processes");
    let fields: Vec<&str> = stat.split_whitespace().collect();
    fields[13..15].iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn memory(what: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells about processes");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line of the status");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

/// Runs a future that never waits.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn refresh(ingest: &Ingest, root: &RootLocation, state: &mut State, index: &Index, sequence: &mut Sequence) {
    let entropy = Counting(1.into());
    let start = spent();
    let walk = run(ingest.read(root, &Files, state));
    println!("  read  {:6} ms, {} resident", spent() - start, memory("VmRSS"));
    let start = spent();
    let mut plan = ingest.plan(walk, state);
    println!("  plan  {:6} ms, {} resident", spent() - start, memory("VmRSS"));
    let start = spent();
    let (mut indexing, mut pieces, mut entities) = (0, 0, 0);
    loop {
        let bodies = Served(index.snapshot());
        let change = plan.next_change(state, &bodies, &entropy);
        drop(bodies);
        let Some(change) = change else { break };
        *sequence += 1;
        pieces += 1;
        entities += change.upserts.len();
        state.apply(&change);
        let before = spent();
        index.apply(&change, *sequence).expect("it can be indexed");
        indexing += spent() - before;
    }
    println!(
        "  write {:6} ms, of which the index {indexing}; {pieces} pieces, {entities} entities",
        spent() - start
    );
    println!("  problems: {}", plan.report().problems.len());
    state.remember(plan.into_memories());
    println!("  {} resident, {} at most", memory("VmRSS"), memory("VmHWM"));
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("name a catalog file");
    let limits = Limits::default();
    let piece_entities =
        arguments.next().map_or(limits.piece_entities, |text| text.parse().expect("a number"));
    let kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"];
    let allow = kinds.into_iter().map(AllowedKind::of_any_type).collect();
    let key = secrets::FingerprintKey::kept(vec![7; 32]).expect("it is long enough");
    let scanner = secrets::Scanner::new(secrets::Rules::builtin(), key, Arc::new(model::SystemClock));
    let ingest = Ingest::new(Settings {
        rules: Rules::new(vec![Rule { allow, locations: None }]),
        limits: Limits { piece_entities, piece_bytes: piece_entities * 4096, ..limits },
        ..Settings::new(Screening::new(scanner))
    });
    let root = RootLocation::new(&LocationRef::new("file", &file).expect("a path"), Path::new("/"));
    let (mut state, index, mut sequence) = (State::new(), Index::default(), 0);
    println!("into an empty catalog:");
    refresh(&ingest, &root, &mut state, &index, &mut sequence);
    println!("again:");
    refresh(&ingest, &root, &mut state, &index, &mut sequence);
}
