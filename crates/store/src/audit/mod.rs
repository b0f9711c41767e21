//! The audit log: append-only rows, written by one task per process in groups.
//!
//! Records of things that change something are committed before their effect; reads' records are
//! queued, and callers wait when the queue is full. Refusals of strangers are counted, not listed, so
//! that nobody fills the disk from outside.

mod bounded;
mod ledger;
mod queue;
mod row;
mod strangers;
mod table;
mod writer;

pub(crate) use bounded::bounded;
pub use queue::{AuditError, AuditLimits, AuditQueue};
pub use row::{AuditRow, RecordedRow};
pub use strangers::{StrangerBudget, StrangerRow, Strangers};
pub use writer::AuditWriter;
