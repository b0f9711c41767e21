//! The way into the log: a bounded queue that makes callers wait and never drops.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::Timestamp;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::strangers::{StrangerBudget, Strangers};
use super::{AuditRow, AuditWriter};
use crate::{Store, StoreError};

/// Bounds of the queue.
#[derive(Clone, Copy, Debug)]
pub struct AuditLimits {
    /// Records that may wait; callers wait beyond.
    pub queue: usize,
    /// Records committed together.
    pub group: usize,
    /// Longest a record waits for others to share its commit.
    pub delay: Duration,
    /// Rows for strangers.
    pub strangers: StrangerBudget,
}

impl Default for AuditLimits {
    fn default() -> Self {
        Self {
            queue: 4096,
            group: 512,
            delay: Duration::from_millis(20),
            strangers: StrangerBudget::default(),
        }
    }
}

/// The record was not taken; the request it belongs to must not go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AuditError {
    /// The database does not take records. They are taken again once it does.
    #[error("audit records cannot be written")]
    Failing(#[source] Arc<StoreError>),
    /// The server is shutting down.
    #[error("the audit log is closed")]
    Closed,
}

/// Takes records. Cheap to clone; all clones feed the same [`AuditWriter`].
#[derive(Clone, Debug)]
pub struct AuditQueue {
    entries: mpsc::Sender<Entry>,
    group: usize,
    shared: Arc<Shared>,
}

/// What queue and writer both see.
#[derive(Debug)]
pub(super) struct Shared {
    /// Why records cannot be written at the moment.
    pub(super) failing: watch::Sender<Option<Arc<StoreError>>>,
    /// Set once, at shutdown.
    pub(super) closing: watch::Sender<bool>,
    /// Ends the writer's wait for company.
    pub(super) urgent: Notify,
    strangers: Mutex<Strangers>,
}

impl Shared {
    pub(super) fn strangers(&self) -> std::sync::MutexGuard<'_, Strangers> {
        // Counting does not panic half-way; a poisoned count is still a count.
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A record on its way, and who waits for its commit.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) row: AuditRow,
    pub(super) committed: Option<oneshot::Sender<Result<(), AuditError>>>,
}

impl AuditQueue {
    /// A queue and the writer at its other end, which the caller runs as a task.
    pub async fn new(store: Arc<Store>, limits: AuditLimits) -> Result<(Self, AuditWriter), StoreError> {
        let writer = store.new_audit_writer().await?;
        let group = limits.group.max(1);
        let (entries, received) = mpsc::channel(limits.queue.max(group));
        let shared = Arc::new(Shared {
            failing: watch::Sender::new(None),
            closing: watch::Sender::new(false),
            urgent: Notify::new(),
            strangers: Mutex::new(Strangers::new(limits.strangers)),
        });
        let queue = Self { entries, group, shared: Arc::clone(&shared) };
        Ok((queue, AuditWriter::new(store, writer, received, shared, limits)))
    }

    /// Queues a record; waits while the queue is full.
    pub async fn append(&self, row: AuditRow) -> Result<(), AuditError> {
        self.send(Entry { row: row.bounded(), committed: None }).await?;
        if self.entries.max_capacity() - self.entries.capacity() >= self.group {
            self.shared.urgent.notify_one();
        }
        Ok(())
    }

    /// Returns when the record is committed and would survive a power cut.
    pub async fn append_durable(&self, row: AuditRow) -> Result<(), AuditError> {
        let (committed, done) = oneshot::channel();
        self.send(Entry { row: row.bounded(), committed: Some(committed) }).await?;
        self.shared.urgent.notify_one();
        done.await.unwrap_or(Err(AuditError::Closed))
    }

    /// Counts the refusal of a stranger. Never waits and never fails: the count is bounded, and is
    /// added to the database about once a second. `kind` is a name of ours.
    pub fn count_stranger(&self, kind: &str, ip: Option<IpAddr>, at: Timestamp) {
        self.shared.strangers().count(kind, ip, at);
    }

    /// Why records cannot be written at the moment, if they cannot; for health checks.
    pub fn failing(&self) -> Option<Arc<StoreError>> {
        self.shared.failing.borrow().clone()
    }

    /// Takes no more records; [`AuditWriter::run`] writes what is queued and ends.
    pub fn close(&self) {
        self.shared.closing.send_replace(true);
    }

    /// Returns when records cannot be written.
    async fn failed(&self) -> AuditError {
        let mut failing = self.shared.failing.subscribe();
        let cause = failing.wait_for(Option::is_some).await.ok().and_then(|cause| cause.clone());
        cause.map_or(AuditError::Closed, AuditError::Failing)
    }

    async fn send(&self, entry: Entry) -> Result<(), AuditError> {
        if let Some(cause) = self.failing() {
            return Err(AuditError::Failing(cause));
        }
        match self.entries.try_send(entry) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(_)) => Err(AuditError::Closed),
            Err(TrySendError::Full(entry)) => {
                self.shared.urgent.notify_one();
                tokio::select! {
                    sent = self.entries.send(entry) => sent.map_err(|_| AuditError::Closed),
                    error = self.failed() => Err(error),
                }
            }
        }
    }
}
