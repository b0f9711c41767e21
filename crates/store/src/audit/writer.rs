//! The one task that writes records, in groups.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};

use super::AuditLimits;
use super::queue::{AuditError, Entry, Shared};
use crate::{Store, StoreError};

/// How often counts of strangers are added to the database.
const STRANGERS_EVERY: Duration = Duration::from_secs(1);
/// Longest one commit may take; a change of many entities may hold SQLite's writer for seconds.
const COMMIT_TIME: Duration = Duration::from_secs(15);
/// Wait between attempts while the database fails: doubles from the first to the last.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How long shutdown goes on trying.
const GRACE: Duration = Duration::from_secs(5);

/// Writes what an [`super::AuditQueue`] takes.
///
/// INVARIANT: a record keeps the number it was first tried under until it is committed, so a commit
/// whose answer was lost can be tried again, and a writer's numbers have no gaps.
#[derive(Debug)]
pub struct AuditWriter {
    store: Arc<Store>,
    writer: i64,
    next: i64,
    received: mpsc::Receiver<Entry>,
    shared: Arc<Shared>,
    limits: AuditLimits,
}

/// Returns once the flag is set, or can no longer be.
async fn set(flag: &mut watch::Receiver<bool>) {
    // The guard inside the answer must not live on across an await.
    let _ = flag.wait_for(|set| *set).await.map(drop);
}

impl AuditWriter {
    pub(super) fn new(
        store: Arc<Store>,
        writer: i64,
        received: mpsc::Receiver<Entry>,
        shared: Arc<Shared>,
        limits: AuditLimits,
    ) -> Self {
        Self { store, writer, next: 1, received, shared, limits }
    }

    /// Writes until every queue is dropped or one is closed, and what is queued is written.
    pub async fn run(mut self) {
        let mut closing = self.shared.closing.subscribe();
        let mut tick = interval(STRANGERS_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(self.limits.group);
        loop {
            tokio::select! {
                entry = self.received.recv() => {
                    let Some(entry) = entry else { break };
                    batch.push(entry);
                    self.gather(&mut batch).await;
                    self.commit(&mut batch).await;
                }
                // The other arm then drains what is left and ends.
                () = set(&mut closing), if !self.received.is_closed() => self.received.close(),
                _ = tick.tick() => self.write_strangers().await,
            }
        }
        self.write_strangers().await;
    }

    /// Waits a little for company, unless somebody waits for the commit.
    async fn gather(&mut self, batch: &mut Vec<Entry>) {
        let deadline = Instant::now() + self.limits.delay;
        loop {
            while batch.len() < self.limits.group
                && let Ok(entry) = self.received.try_recv()
            {
                batch.push(entry);
            }
            let full = batch.len() >= self.limits.group;
            let awaited = batch.iter().any(|entry| entry.committed.is_some());
            if full || awaited || self.received.is_closed() || *self.shared.closing.borrow() {
                return;
            }
            tokio::select! {
                () = sleep_until(deadline) => {
                    while batch.len() < self.limits.group && let Ok(entry) = self.received.try_recv() {
                        batch.push(entry);
                    }
                    return;
                }
                () = self.shared.urgent.notified() => {}
            }
        }
    }

    /// Commits the batch. While that fails, whoever waits is told and new records are refused; those
    /// already taken are tried again until they are in.
    async fn commit(&mut self, batch: &mut Vec<Entry>) {
        let mut wait = RETRY.0;
        let mut give_up = None;
        loop {
            let rows: Vec<_> = batch.iter().map(|entry| &entry.row).collect();
            let attempt = timeout(COMMIT_TIME, self.store.append_audit(self.writer, self.next, &rows)).await;
            let error = match attempt {
                Ok(Ok(())) => break,
                Ok(Err(error)) => error,
                Err(_) => StoreError::Busy(sqlx::Error::PoolTimedOut),
            };
            self.fail(batch, error);
            if *self.shared.closing.borrow() || self.received.is_closed() {
                let deadline = *give_up.get_or_insert_with(|| Instant::now() + GRACE);
                if Instant::now() >= deadline {
                    tracing::error!(
                        records = batch.len(),
                        "audit records are lost: the database failed until shutdown"
                    );
                    batch.clear();
                    return;
                }
            }
            sleep(wait).await;
            wait = (wait * 2).min(RETRY.1);
        }
        self.next += i64::try_from(batch.len()).unwrap_or(0);
        for entry in batch.drain(..) {
            if let Some(committed) = entry.committed {
                // The request may have gone away meanwhile; its record stays.
                let _ = committed.send(Ok(()));
            }
        }
        if self.shared.failing.borrow().is_some() {
            self.shared.failing.send_replace(None);
            tracing::info!("audit records are written again");
        }
    }

    fn fail(&mut self, batch: &mut Vec<Entry>, error: StoreError) {
        let cause = Arc::new(error);
        tracing::error!(error = &*cause as &dyn std::error::Error, "audit records cannot be written");
        self.shared.failing.send_replace(Some(Arc::clone(&cause)));
        while let Ok(entry) = self.received.try_recv() {
            batch.push(entry);
        }
        for entry in batch {
            if let Some(committed) = entry.committed.take() {
                let _ = committed.send(Err(AuditError::Failing(Arc::clone(&cause))));
            }
        }
    }

    async fn write_strangers(&self) {
        let rows = self.shared.strangers().take();
        if rows.is_empty() {
            return;
        }
        let written = timeout(COMMIT_TIME, self.store.add_strangers(&rows)).await;
        if !matches!(written, Ok(Ok(()))) {
            tracing::warn!(rows = rows.len(), "counts of refused strangers wait for the database");
            self.shared.strangers().restore(rows);
        }
    }
}
