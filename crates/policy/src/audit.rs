//! The audit record of a decision, and who keeps it.

use std::error::Error;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use identity::Principal;
use model::Timestamp;
use serde_json::{Map, Value};

use crate::action::{Event, Severity};
use crate::audit_line;
use crate::facts::RequestFacts;

/// How a decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Policy said yes.
    Allowed,
    /// Policy said no, or the thing does not exist.
    Denied,
}

impl Outcome {
    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// What must be true when [`Ledger::record`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The record survives a crash.
    Durable,
    /// The record is in a bounded queue; a full queue makes the caller wait, never drops.
    Batched,
    /// A stranger was refused. Records like it may be counted together within a bounded budget, so
    /// that nobody fills the log from outside.
    Aggregated,
}

/// Keeps audit records.
pub trait Ledger: Send + Sync {
    /// Keeps a record as `durability` says. On an error the request it belongs to fails.
    fn record(
        &self,
        record: AuditRecord,
        durability: Durability,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;
}

impl<L: Ledger> Ledger for Arc<L> {
    fn record(
        &self,
        record: AuditRecord,
        durability: Durability,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send {
        (**self).record(record, durability)
    }
}

/// The record could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("audit record could not be written")]
pub struct LedgerError(#[source] Box<dyn Error + Send + Sync>);

impl LedgerError {
    /// Because of `cause`.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRecord {
    /// When the request came.
    pub timestamp: Timestamp,
    /// Who acted; `None` for a stranger.
    pub actor_id: Option<String>,
    /// What was asked for: a permission name, or the name of an event that needs no permission.
    pub action: String,
    /// What it was to be done to.
    pub resource_type: String,
    /// Which one; `None` for many, or when there is only one.
    pub resource_ref: Option<String>,
    /// How it was decided.
    pub outcome: Outcome,
    /// Whether what was allowed is still to be done: the record of a change is older than the change.
    pub initiated: bool,
    /// The client's address.
    pub ip: Option<IpAddr>,
    /// The host the request asked for.
    pub hostname: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// Ties the record to the server's other logs.
    pub request_id: String,
    /// HTTP method.
    pub method: String,
    /// Path and query; values that may be secret are masked.
    pub url: String,
    /// Plugin the action belongs to.
    pub plugin: String,
    /// The reference auditor's event id.
    pub event_id: String,
    /// How much it matters.
    pub severity: Severity,
    /// Ids of the policies that decided, or one of our own reasons such as `notFound`.
    pub reason: Vec<Arc<str>>,
    /// More, without secrets.
    pub meta: Map<String, Value>,
}

impl AuditRecord {
    /// The record of an event. `resource_ref`, `reason` and `meta` are filled in by the caller.
    pub fn new(facts: &RequestFacts, principal: &Principal, event: &Event, outcome: Outcome) -> Self {
        Self {
            timestamp: facts.at,
            actor_id: principal.actor_id().map(str::to_owned),
            action: event.action.to_owned(),
            resource_type: event.resource_type.to_owned(),
            resource_ref: None,
            outcome,
            initiated: false,
            ip: facts.ip,
            hostname: facts.hostname.clone(),
            user_agent: facts.user_agent.clone(),
            request_id: facts.request_id.clone(),
            method: facts.method.clone(),
            url: facts.url.clone(),
            plugin: event.plugin.to_owned(),
            event_id: event.event_id.to_owned(),
            severity: event.severity,
            reason: Vec::new(),
            meta: acting(principal),
        }
    }

    /// The reference's word for how far it went: `initiated` where the decided change is still to come.
    pub fn status(&self) -> &'static str {
        match self.outcome {
            Outcome::Allowed if self.initiated => "initiated",
            Outcome::Allowed => "succeeded",
            Outcome::Denied => "failed",
        }
    }

    /// The record as one line of JSON, without the line break: the reference auditor's fields, and
    /// timestamp, actorId, action, resourceType, resourceRef, outcome and ip beside them.
    pub fn to_line(&self) -> String {
        audit_line::write(self)
    }
}

/// The plugin that acts for a user, if it is not herself who asks.
fn acting(principal: &Principal) -> Map<String, Value> {
    let mut meta = Map::new();
    if let Principal::User(user) = principal
        && let Some(plugin) = user.actor()
    {
        meta.insert("onBehalfOfBy".into(), plugin.into());
    }
    meta
}
