//! What the handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use arc_swap::ArcSwap;
use identity::ServiceTokens;
use model::{Clock, Entropy};
use policy::{Durability, LedgerError, Outcome, PolicyHandle, RequestFacts};
use store::Store;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::audit::{self, AuditLog};
use crate::auth::{Accounts, Auth};
use crate::catalog::Catalog;
use crate::error::ApiError;
use crate::freshness::Freshness;
use crate::gate::{Accepted, Posture};
use crate::masks::Masks;
use crate::metrics::Metrics;
use crate::secret_age::Ages;
use crate::sessions::Sessions;

/// The running server.
pub(crate) struct App {
    pub(crate) development: bool,
    pub(crate) base_url: Url,
    /// Where browsers find us: the base URL, with the port that the system chose where that was left to it.
    pub(crate) public_url: Url,
    pub(crate) limits: config::Limits,
    pub(crate) session_lifetime: std::time::Duration,
    pub(crate) policy: PolicyHandle,
    pub(crate) tokens: ArcSwap<ServiceTokens>,
    pub(crate) sessions: Sessions,
    /// Signing in, and the tokens that come of it.
    pub(crate) auth: ArcSwap<Auth>,
    /// How often one account may be signed in to.
    pub(crate) accounts: Accounts,
    /// What goes on when the request that began it is given up; shutdown waits for it.
    pub(crate) tasks: TaskTracker,
    pub(crate) store: Arc<Store>,
    pub(crate) ledger: AuditLog,
    pub(crate) masks: Masks,
    pub(crate) catalog: Catalog,
    pub(crate) freshness: Freshness,
    pub(crate) metrics: Metrics,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) phase: Phase,
    /// How old the secrets of the configuration are.
    pub(crate) ages: Ages,
    /// How what is in force stands against the production checklist.
    pub(crate) posture: ArcSwap<Posture>,
}

/// Where the server is in its life.
#[derive(Debug, Default)]
pub(crate) struct Phase(AtomicU8);

impl Phase {
    const STARTING: u8 = 0;
    const SERVING: u8 = 1;
    const STOPPING: u8 = 2;

    /// Requests may be sent.
    pub(crate) fn serve(&self) {
        self.0.store(Self::SERVING, Ordering::Release);
    }

    /// No more requests should be sent.
    pub(crate) fn stop(&self) {
        self.0.store(Self::STOPPING, Ordering::Release);
    }

    /// `None` when requests may be sent, else the reference's sentence about it.
    pub(crate) fn not_ready(&self) -> Option<&'static str> {
        match self.0.load(Ordering::Acquire) {
            Self::STARTING => Some("Backend has not started yet"),
            Self::SERVING => None,
            _ => Some("Backend is shutting down"),
        }
    }
}

impl App {
    /// The name of the page session's cookie. Under TLS the `__Host-` prefix makes browsers refuse a
    /// cookie of that name from a subdomain, a path or plain HTTP.
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-stagedoor" } else { "stagedoor-session" }
    }

    /// Where browsers find us.
    pub(crate) fn public_url(&self) -> Url {
        self.public_url.clone()
    }

    /// Whether browsers reach us by https.
    pub(crate) fn secure(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// Whether an `Origin` header names our own pages. In development that is the loopback name the
    /// request itself was sent to, which the edge has checked.
    pub(crate) fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        if origin == self.base_url.origin().ascii_serialization() {
            return true;
        }
        self.development
            && host.is_some_and(|host| {
                ["http://", "https://"].iter().any(|scheme| {
                    origin.strip_prefix(scheme).is_some_and(|named| named.eq_ignore_ascii_case(host))
                })
            })
    }

    /// Records, durably, what somebody answers for in a configuration that is about to take effect.
    pub(crate) async fn record_accepted(&self, accepted: &[Accepted]) -> Result<(), LedgerError> {
        for one in accepted {
            tracing::warn!(rule = one.rule, place = one.place, until = one.until, "accepted: {}", one.reason);
            let facts = RequestFacts::new(self.clock.now(), "configuration", "", "");
            let event = self.ledger.event(
                &facts,
                &audit::ACCEPTANCE,
                Outcome::Allowed,
                Durability::Durable,
                |record| {
                    record.resource_ref = Some(one.rule.clone());
                    record.reason = vec![one.reason.as_str().into()];
                    record.meta.insert("place".to_owned(), one.place.as_str().into());
                    record.meta.insert("until".to_owned(), one.until.as_str().into());
                },
            );
            event.await?;
        }
        Ok(())
    }

    /// Records that a stranger was refused, within the strangers' budget.
    pub(crate) async fn refuse_stranger(&self, facts: &RequestFacts, why: &str) -> Result<(), ApiError> {
        let recorded = self
            .ledger
            .event(facts, &audit::STRANGER, Outcome::Denied, Durability::Aggregated, |record| {
                record.reason = vec![why.into()];
            })
            .await;
        recorded
            .map_err(|error| ApiError::unavailable("The refusal could not be recorded", 5).caused_by(error))
    }
}
