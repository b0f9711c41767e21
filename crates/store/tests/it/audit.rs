//! The audit log: committed before it is answered, grouped, bounded, and closed when it cannot write.

use std::net::IpAddr;
use std::sync::Arc;

use model::Clock;
use store::{AuditError, AuditLimits, AuditQueue, AuditRow, Store};
use time::Duration;
use tokio::task::{JoinHandle, JoinSet};

use crate::world::{Engine, TestClock};

pub(crate) fn row(at: model::Timestamp, request: &str) -> AuditRow {
    AuditRow {
        at,
        actor_id: Some("user:default/ada".into()),
        action: "catalog.entity.read".into(),
        resource_type: "catalog-entity".into(),
        resource_ref: None,
        outcome: "allowed".into(),
        ip: Some("10.0.0.7".into()),
        request_id: Some(request.into()),
        user_agent: None,
        hostname: Some("portal.example".into()),
        plugin: "catalog".into(),
        event_id: "entity-fetch".into(),
        severity: "low".into(),
        status: "succeeded".into(),
        reason: Some("default-read".into()),
        meta: Some(r#"{"queryType":"by-query","text":"\u0000 'q' ü"}"#.into()),
        url: Some("/api/catalog/entities/by-query".into()),
        method: Some("GET".into()),
    }
}

pub(crate) struct Log {
    pub(crate) queue: AuditQueue,
    writer: JoinHandle<()>,
}

#[expect(clippy::disallowed_methods, reason = "tests have no tracker; they wait for the handle")]
pub(crate) async fn log(store: &Arc<Store>, limits: AuditLimits) -> Log {
    let (queue, writer) = AuditQueue::new(Arc::clone(store), limits).await.expect("a writer's number");
    Log { queue, writer: tokio::spawn(writer.run()) }
}

impl Log {
    pub(crate) async fn close(self) {
        self.queue.close();
        self.writer.await.expect("the writer ends");
    }
}

#[tokio::test]
async fn a_durable_record_is_there_when_it_is_answered() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let log = log(&store, AuditLimits::default()).await;
        let written = row(clock.now(), "r-1");
        log.queue.append_durable(written.clone()).await.expect("written");
        let read = store.recent_audit(10).await.expect("read");
        assert_eq!(read.iter().map(|row| &row.row).collect::<Vec<_>>(), [&written], "{engine}");
        assert_eq!(read[0].seq, 1, "{engine}");
        log.close().await;
    }
}

#[tokio::test]
async fn a_durable_record_survives_the_process() {
    let engine = Engine::file();
    let clock = TestClock::new();
    let store = Arc::new(engine.open(&clock).await);
    let log = log(&store, AuditLimits::default()).await;
    log.queue.append_durable(row(clock.now(), "r-1")).await.expect("written");
    // What a process that is killed now leaves behind: nothing was closed.
    let after = Engine::file();
    let (from, to) = (engine.database_file(), after.database_file());
    std::fs::create_dir_all(to.parent().expect("a folder")).expect("made");
    for ending in ["", "-wal"] {
        let with = |path: &std::path::Path| path.with_file_name(format!("stagedoor.db{ending}"));
        std::fs::copy(with(&from), with(&to)).expect("copied");
    }
    let reopened = after.open(&clock).await;
    assert_eq!(reopened.audit_count().await.expect("counted"), 1);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_record_is_kept_in_order_however_many_come() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        // A queue much smaller than the crowd: callers wait.
        let log = log(&store, AuditLimits { queue: 16, group: 8, ..AuditLimits::default() }).await;
        let mut callers = JoinSet::new();
        for caller in 0..20 {
            let (queue, at) = (log.queue.clone(), clock.now());
            callers.spawn(async move {
                for n in 0..50 {
                    let record = row(at, &format!("{caller}-{n}"));
                    if n % 10 == 0 {
                        queue.append_durable(record).await.expect("written");
                    } else {
                        queue.append(record).await.expect("taken");
                    }
                }
            });
        }
        callers.join_all().await;
        let queue = log.queue.clone();
        log.close().await;
        assert!(matches!(queue.append(row(clock.now(), "late")).await, Err(AuditError::Closed)), "{engine}");
        assert!(matches!(queue.append_durable(row(clock.now(), "late")).await, Err(AuditError::Closed)));

        assert_eq!(store.audit_count().await.expect("counted"), 1_000, "{engine}");
        let mut read = store.recent_audit(2_000).await.expect("read");
        read.reverse();
        assert_eq!(
            read.iter().map(|row| row.seq).collect::<Vec<_>>(),
            (1..=1_000).collect::<Vec<_>>(),
            "{engine}"
        );
        for caller in 0..20 {
            let own = format!("{caller}-");
            let ids: Vec<_> =
                read.iter().filter_map(|row| row.row.request_id.as_deref()?.strip_prefix(&own)).collect();
            assert_eq!(ids, (0..50).map(|n| n.to_string()).collect::<Vec<_>>(), "{engine}: {caller}");
        }
    }
}

#[tokio::test]
async fn a_batched_record_is_kept_without_anybody_asking() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let log = log(&store, AuditLimits::default()).await;
        log.queue.append(row(clock.now(), "r")).await.expect("taken");
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(5);
        while store.audit_count().await.expect("counted") == 0 {
            assert!(tokio::time::Instant::now() < deadline, "{engine}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        log.close().await;
    }
}

#[tokio::test]
async fn writers_have_numbers_of_their_own() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let mut store = engine.open(&clock).await;
        for n in 0..3 {
            let shared = Arc::new(store);
            let log = log(&shared, AuditLimits::default()).await;
            log.queue.append_durable(row(clock.now() + Duration::seconds(n), "r")).await.expect("written");
            log.close().await;
            store = Arc::into_inner(shared).expect("nobody else holds it");
            store = engine.reopen(store, &clock).await;
        }
        let read = store.recent_audit(10).await.expect("read");
        let places: Vec<_> = read.iter().map(|row| (row.writer, row.seq)).collect();
        assert_eq!(places, [(3, 1), (2, 1), (1, 1)], "{engine}");
    }
}

#[tokio::test]
async fn while_records_cannot_be_written_requests_fail_and_nothing_taken_is_lost() {
    let Some(engine) = Engine::postgres() else { return };
    let clock = TestClock::new();
    let store = Arc::new(engine.open(&clock).await);
    let log = log(&store, AuditLimits::default()).await;
    log.queue.append_durable(row(clock.now(), "before")).await.expect("written");

    engine.sql("ALTER TABLE audit RENAME TO away");
    log.queue.append(row(clock.now(), "taken")).await.expect("the queue has room");
    let refused = log.queue.append_durable(row(clock.now(), "durable")).await;
    assert!(matches!(refused, Err(AuditError::Failing(_))), "{refused:?}");
    assert!(log.queue.failing().is_some());
    let refused = log.queue.append(row(clock.now(), "refused")).await;
    assert!(matches!(refused, Err(AuditError::Failing(_))), "{refused:?}");

    engine.sql("ALTER TABLE away RENAME TO audit");
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while log.queue.failing().is_some() {
        assert!(tokio::time::Instant::now() < deadline, "it does not recover");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    log.queue.append_durable(row(clock.now(), "after")).await.expect("written");
    log.close().await;
    let mut read = store.recent_audit(10).await.expect("read");
    read.reverse();
    let ids: Vec<_> = read.iter().map(|row| row.row.request_id.as_deref().unwrap_or_default()).collect();
    assert_eq!(ids, ["before", "taken", "durable", "after"]);
    assert_eq!(read.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn strangers_are_counted_in_bounded_rows() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let limits = AuditLimits::default();
        for _ in 0..2 {
            let log = log(&store, limits).await;
            for n in 0..50_000_u32 {
                log.queue.count_stranger(
                    "unauthenticated",
                    Some(IpAddr::from((n << 8).to_be_bytes())),
                    clock.now(),
                );
            }
            log.close().await;
        }
        let rows = store.strangers().await.expect("read");
        assert_eq!(rows.len(), limits.strangers.per_minute + 1, "{engine}");
        assert_eq!(rows.iter().map(|row| row.hits).sum::<u64>(), 100_000, "{engine}");
        assert!(rows.iter().any(|row| row.prefix == "*" && row.hits > 99_000), "{engine}");
        assert!(rows.iter().any(|row| row.prefix == "0.0.1.0/24" && row.hits == 2), "{engine}");
        assert_eq!(store.prune_strangers(clock.now() + Duration::minutes(1)).await.expect("pruned"), 257);
    }
}

#[tokio::test]
async fn policy_keeps_its_records_here() {
    use policy::{AuditRecord, Durability, Event, Ledger, Outcome, RequestFacts, Severity};
    let clock = TestClock::new();
    let engine = Engine::file();
    let store = Arc::new(engine.open(&clock).await);
    let log = log(&store, AuditLimits::default()).await;
    let facts = RequestFacts::new(clock.now(), "req-1", "GET", "/api/catalog/entities")
        .from_ip("192.0.2.9".parse().ok())
        .by_agent(Some("curl/8"));
    let event = Event {
        action: "catalog.entity.read",
        plugin: "catalog",
        event_id: "entity-fetch",
        severity: Severity::Low,
        resource_type: "catalog-entity",
    };
    let mut record = AuditRecord::new(&facts, &identity::Principal::nobody(), &event, Outcome::Denied);
    record.reason = vec!["one".into(), "two".into()];
    log.queue.record(record.clone(), Durability::Durable).await.expect("kept");
    log.queue.record(record.clone(), Durability::Batched).await.expect("kept");
    log.queue.record(record, Durability::Aggregated).await.expect("counted");
    log.close().await;
    let read = store.recent_audit(10).await.expect("read");
    assert_eq!(read.len(), 2);
    let row = &read[0].row;
    assert_eq!((&*row.outcome, &*row.status, &*row.severity), ("denied", "failed", "low"));
    assert_eq!((row.reason.as_deref(), row.ip.as_deref()), (Some("one, two"), Some("192.0.2.9")));
    assert_eq!((row.at, row.request_id.as_deref(), row.meta.as_deref()), (clock.now(), Some("req-1"), None));
    let strangers = store.strangers().await.expect("read");
    assert_eq!((strangers[0].prefix.as_str(), strangers[0].hits), ("192.0.2.0/24", 1));
}
