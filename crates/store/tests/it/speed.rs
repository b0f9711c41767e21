//! What it costs. Not run by default: `cargo test --release -p store -- --ignored --nocapture speed`.

use std::sync::Arc;
use std::time::Duration;

use model::{Change, Clock, StoredEntity};
use store::{AuditLimits, Store};
use tokio::time::Instant;

use crate::audit::{log, row};
use crate::world::{Engine, TestClock, entity};

/// An entity whose body is 1 kB.
fn kilobyte(n: u32) -> StoredEntity {
    let plain = entity(&format!("entity-number-{n}"), 1);
    let body = format!(r#"{{"kind":"Component","n":{n},"pad":"{}"}}"#, "x".repeat(960));
    StoredEntity { body: body.into(), problems: Vec::new(), ..plain }
}

/// Processor time of this process, user and system, to 10 ms.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit_once(") ").expect("a name in parentheses").1;
    let ticks: u64 =
        after_name.split(' ').skip(11).take(2).map(|n| n.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}

fn engines() -> Vec<Engine> {
    Engine::all().into_iter().filter(|engine| !matches!(engine, Engine::Memory)).collect()
}

async fn fill(store: &Store, from: u32, to: u32) -> Duration {
    let change = Change { upserts: (from..to).map(kilobyte).collect(), deletes: Vec::new() };
    let start = Instant::now();
    store.apply(&change).await.expect("written");
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn entities() {
    for engine in engines() {
        let store = engine.open(&TestClock::new()).await;
        let first = fill(&store, 0, 10_000).await;
        for n in 1..10 {
            fill(&store, n * 10_000, (n + 1) * 10_000).await;
        }
        let again = fill(&store, 50_000, 60_000).await;
        let (start, before) = (Instant::now(), processor_time());
        let mut all = Vec::with_capacity(100_000);
        store.scan(|entity| all.push(entity)).await.expect("read");
        let (scan, processor) = (start.elapsed(), processor_time().saturating_sub(before));
        assert_eq!(all.len(), 100_000);
        println!(
            "{engine}: 10,000 new {first:.2?}, 10,000 changed {again:.2?}, scan of 100,000 {scan:.2?} (processor {processor:.2?})"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn records() {
    const CALLERS: u32 = 64;
    const EACH: u32 = 5_000;
    for engine in engines() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let log = log(&store, AuditLimits::default()).await;
        let (start, before) = (Instant::now(), processor_time());
        let mut callers = tokio::task::JoinSet::new();
        for caller in 0..CALLERS {
            let (queue, at) = (log.queue.clone(), clock.now());
            callers.spawn(async move {
                for n in 0..EACH {
                    let mut record =
                        row(at + time::Duration::microseconds(i64::from(n)), &format!("{caller}-{n}"));
                    record.actor_id = Some(format!("user:default/user-{}", n % 97).into());
                    record.resource_ref =
                        Some(format!("component:default/service-{}", n * 7 % 10_007).into());
                    queue.append(record).await.expect("taken");
                }
            });
        }
        callers.join_all().await;
        log.close().await;
        let (wall, processor) = (start.elapsed(), processor_time().saturating_sub(before));
        let each = processor / (CALLERS * EACH);
        assert_eq!(store.audit_count().await.expect("counted"), u64::from(CALLERS * EACH));

        let log = crate::audit::log(&store, AuditLimits::default()).await;
        let start = Instant::now();
        for n in 0..200 {
            log.queue.append_durable(row(clock.now(), &n.to_string())).await.expect("written");
        }
        let durable = start.elapsed() / 200;
        log.close().await;
        println!(
            "{engine}: a batched record costs {each:.2?} of processor ({wall:.2?} for all), a durable one alone takes {durable:.2?}"
        );
    }
}
