//! Principal, action and resource become a [`Permit`], a [`Scope`] or a reasoned refusal.
//!
//! [`Engine::decide`] answers for one thing, [`Engine::scope`] for many with a [`model::Predicate`].
//! Both answers are sealed: they give nothing away until they are settled, which writes the audit
//! record first.
//!
//! INVARIANT: permits and scopes are made only here, only from a settled decision, and are spent by
//! value. The doc tests of `compile_fail.rs` hold it.
//!
//! Policies are Cedar files, validated against [`schema_text`] when they are loaded. What is not
//! permitted is denied, `forbid` wins, and a policy that errors while evaluating denies.

mod action;
mod audit;
mod audit_line;
mod cache;
mod cedar;
#[cfg(doctest)]
mod compile_fail;
mod condition;
mod engine;
mod error;
mod explain;
mod facts;
mod handle;
mod lint;
mod load;
mod nesting;
mod permit;
mod residual;
mod resource;
mod schema;
mod verdict;

pub use action::{
    ACTIONS, Action, ActionInfo, DeleteEntity, Effect, EndSession, Event, ListAction, ReadEntity,
    ReadLocation, ReadPosture, ReadSelf, ReadSessions, RefreshEntity, Severity, ValidateEntity,
};
pub use audit::{AuditRecord, Durability, Ledger, LedgerError, Outcome};
pub use engine::{DEFAULT_POLICIES, Engine, default_policies};
pub use error::{PolicyError, PolicyErrors};
pub use explain::{Allowed, Explained};
pub use facts::RequestFacts;
pub use handle::PolicyHandle;
pub use permit::{Permit, Scope};
pub use resource::{Portal, Resource};
pub use schema::schema_text;
pub use verdict::{Refusal, ScopeVerdict, Verdict};
