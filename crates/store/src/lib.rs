//! Everything kept: entities, sessions, one-time links, audit records. SQLite and PostgreSQL.
//!
//! The database is the truth. A [`model::Change`] is applied in one transaction and numbered; readers
//! load everything once ([`Store::scan`]) and then follow by number ([`Store::changes_since`]).
//! Tokens are never kept, only their hashes.

mod audit;
mod catalog;
mod db;
mod error;
mod link;
mod migrate;
mod open;
mod options;
mod postgres;
mod session;
mod sql;
mod sqlite;

pub use audit::{
    AuditError, AuditLimits, AuditQueue, AuditRow, AuditWriter, RecordedRow, StrangerBudget, StrangerRow,
    Strangers,
};
pub use catalog::{Feed, Served};
pub use error::StoreError;
pub use link::RedeemedLink;
pub use open::{OpenError, Store};
pub use options::{Options, PgOptions, PgServer, PgTls};
pub use session::{NewSession, Session};
