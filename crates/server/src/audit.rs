//! The audit log as the server keeps it: a row in the store, and a JSON line on stdout.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use identity::Principal;
use policy::{AuditRecord, Durability, Event, Ledger, LedgerError, Outcome, RequestFacts, Severity};
use store::AuditQueue;

use crate::audit_lines::{AuditLines, Place};
use crate::masks::Masks;
use crate::metrics::Metrics;

/// A stranger was refused: no credential, or one that is not valid.
pub(crate) const STRANGER: Event = Event {
    action: "stagedoor.authenticate",
    plugin: "auth",
    event_id: "authentication",
    severity: Severity::Medium,
    resource_type: "route",
};

/// The edge refused a request.
pub(crate) const EDGE: Event = Event {
    action: "stagedoor.edge",
    plugin: "stagedoor",
    event_id: "edge-refusal",
    severity: Severity::Medium,
    resource_type: "route",
};

/// Someone signed in, or tried to.
pub(crate) const SIGN_IN: Event = Event {
    action: "stagedoor.sign-in",
    plugin: "auth",
    event_id: "sign-in",
    severity: Severity::High,
    resource_type: "session",
};

/// A sign-in goes on: a refresh token was changed for the next one, and a user token.
pub(crate) const TOKEN_REFRESH: Event = Event {
    action: "stagedoor.token-refresh",
    plugin: "auth",
    event_id: "token-refresh",
    severity: Severity::Medium,
    resource_type: "session",
};

/// A sign-in ended: its user, an administrator or the server ended it.
pub(crate) const SIGN_OUT: Event = Event {
    action: "stagedoor.sign-out",
    plugin: "auth",
    event_id: "sign-out",
    severity: Severity::Medium,
    resource_type: "session",
};

/// Access tokens of a provider by which nobody signs in: handed out, renewed, ended, or presented by two.
pub(crate) const PROVIDER_ACCESS: Event = Event {
    action: "stagedoor.provider-access",
    plugin: "auth",
    event_id: "provider-access",
    severity: Severity::Medium,
    resource_type: "consent",
};

/// A key that signs tokens is about to take its turn.
pub(crate) const KEY_TURN: Event = Event {
    action: "stagedoor.key.turn",
    plugin: "auth",
    event_id: "key-turn",
    severity: Severity::Medium,
    resource_type: "signing-key",
};

/// A secret of the configuration is seen for the first time: it is new, or has another value.
pub(crate) const SECRET_CHANGE: Event = Event {
    action: "stagedoor.secret.change",
    plugin: "stagedoor",
    event_id: "secret-change",
    severity: Severity::High,
    resource_type: "configuration",
};

/// Somebody ended sessions, their own or another's.
pub(crate) const REVOCATION: Event = Event {
    action: "stagedoor.session.end",
    plugin: "auth",
    event_id: "revocation",
    severity: Severity::High,
    resource_type: "session",
};

/// Policy, certificates or configuration were read again.
pub(crate) const RELOAD: Event = Event {
    action: "stagedoor.reload",
    plugin: "stagedoor",
    event_id: "reload",
    severity: Severity::High,
    resource_type: "configuration",
};

/// A configuration takes effect with something that the production checklist refuses, because somebody answers for it.
pub(crate) const ACCEPTANCE: Event = Event {
    action: "stagedoor.accept",
    plugin: "stagedoor",
    event_id: "acceptance",
    severity: Severity::High,
    resource_type: "rule",
};

/// The log. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct AuditLog {
    queue: AuditQueue,
    lines: Option<AuditLines>,
    masks: Masks,
    refusals: std::sync::Arc<DefaultDirectRateLimiter>,
    metrics: Metrics,
}

impl AuditLog {
    /// A log over the store's queue; `lines` also get each record as JSON.
    pub(crate) fn new(
        queue: AuditQueue,
        lines: Option<AuditLines>,
        masks: Masks,
        refusals: config::Rate,
        metrics: Metrics,
    ) -> Self {
        let burst = std::num::NonZeroU32::new(refusals.requests).unwrap_or(std::num::NonZeroU32::MIN);
        let period = (refusals.window / burst.get()).max(std::time::Duration::from_nanos(1));
        let quota =
            Quota::with_period(period).expect("the period is at least a nanosecond").allow_burst(burst);
        Self { queue, lines, masks, refusals: RateLimiter::direct(quota).into(), metrics }
    }

    /// Records an event that is no decision of policy: signing in and out, a reload, a refusal at the
    /// edge. For one that changes something this returns when the record is durable.
    pub(crate) async fn event(
        &self,
        facts: &RequestFacts,
        event: &Event,
        outcome: Outcome,
        durability: Durability,
        fill: impl FnOnce(&mut AuditRecord),
    ) -> Result<(), LedgerError> {
        let mut record = AuditRecord::new(facts, &Principal::nobody(), event, outcome);
        fill(&mut record);
        self.record(record, durability).await
    }

    /// Whether records can be written; for readiness.
    pub(crate) fn healthy(&self) -> bool {
        self.queue.failing().is_none()
    }

    /// Takes no more records; what is queued is written.
    pub(crate) fn close(&self) {
        self.queue.close();
        if let Some(lines) = &self.lines {
            lines.close();
        }
    }
}

impl Ledger for AuditLog {
    async fn record(&self, mut record: AuditRecord, durability: Durability) -> Result<(), LedgerError> {
        mask(&mut record, &self.masks);
        // Strangers' refusals are listed within a budget and counted beyond it, so that nobody fills
        // the log, or a disk behind stdout, from outside.
        let listed = durability != Durability::Aggregated || self.refusals.check().is_ok();
        // The line's place is taken first: once the row is in, nothing is left to wait for, and a
        // client that leaves cannot leave a row without its line.
        let line = match self.lines.as_ref().filter(|_| listed) {
            None => None,
            // Where nobody reads stdout any more (that is logged once), the row alone is the record.
            Some(lines) => lines.reserve().await.ok().map(|place| Line {
                place: Some(place),
                text: record.to_line(),
                owed: durability,
            }),
        };
        let durability = match durability {
            Durability::Aggregated if listed => Durability::Batched,
            other => other,
        };
        let kept = self.queue.record(record, durability).await;
        if kept.is_err() {
            self.metrics.audit_failures.inc();
        }
        if let Some(line) = line {
            line.finish(kept.is_ok());
        }
        kept
    }
}

/// Masks what came from outside: a caller may put a secret into a ref. What the request itself said was
/// masked when it came.
fn mask(record: &mut AuditRecord, masks: &Masks) {
    for text in [&mut record.resource_ref, &mut record.actor_id].into_iter().flatten() {
        masks.mask(text);
    }
    if !record.meta.is_empty() {
        let mut meta = serde_json::Value::Object(std::mem::take(&mut record.meta));
        masks.scanner().redact_tree(&mut meta);
        if let serde_json::Value::Object(meta) = meta {
            record.meta = meta;
        }
    }
}

/// A line with its place in the queue to stdout.
struct Line<'a> {
    place: Option<Place<'a>>,
    text: String,
    owed: Durability,
}

impl Line<'_> {
    fn finish(mut self, kept: bool) {
        if let Some(place) = self.place.take().filter(|_| kept) {
            place.send(&self.text);
        }
    }
}

impl Drop for Line<'_> {
    /// The request was given up while its record was on its way. A durable one gets in all the same.
    fn drop(&mut self) {
        if self.owed == Durability::Durable
            && let Some(place) = self.place.take()
        {
            place.send(&self.text);
        }
    }
}
