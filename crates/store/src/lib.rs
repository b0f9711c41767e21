//! Everything kept: entities, sessions, one-time links, keys, audit records. SQLite and PostgreSQL.
//!
//! The database is the truth. A [`model::Change`] is applied in one transaction and numbered; readers
//! load everything once ([`Store::scan`]) and then follow by number ([`Store::changes_since`]).
//! Our tokens are never kept, only their hashes; keys and providers' tokens come here sealed.

mod audit;
mod catalog;
mod db;
mod error;
mod link;
mod migrate;
mod open;
mod options;
mod postgres;
mod proof;
mod rotation;
mod secret_age;
mod session;
mod signing_key;
mod spent;
mod sql;
mod sqlite;
mod unfit;

pub use audit::{
    AuditError, AuditLimits, AuditQueue, AuditRow, AuditWriter, RecordedRow, StrangerBudget, StrangerRow,
    Strangers,
};
pub use catalog::{Feed, Served};
pub use error::StoreError;
pub use link::RedeemedLink;
pub use open::{OpenError, Store};
pub use options::{Options, PgOptions, PgServer, PgTls};
pub use rotation::{JUST_BEFORE, LOST, NextToken, Rotation};
pub use secret_age::{SecretAge, SeenSecret};
pub use session::{MAX_PAGE, NewSession, Session};
pub use signing_key::KeptKey;
