//! A decision that gives nothing away until it is recorded.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use identity::Principal;
use model::Predicate;

use crate::action::{Action, ActionInfo, Effect, ListAction};
use crate::audit::{AuditRecord, Durability, Ledger, LedgerError, Outcome};
use crate::facts::RequestFacts;
use crate::permit::{Permit, Scope};
use crate::resource::Resource as _;

/// Why a caller does not get what she asked for.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No credential was presented: 401.
    #[error("no credential was presented")]
    Unauthenticated,
    /// She may not know whether the thing exists: 404, and exactly as if it did not.
    #[error("the resource does not exist, or policy hides it")]
    Hidden,
    /// She may see the thing, and not do this to it: 403.
    #[error("policy does not allow `{action}`")]
    Forbidden {
        /// What she asked for.
        action: &'static str,
    },
    /// Her token is for other plugins: 403.
    #[error("This token's access is restricted to plugin(s) {plugins}")]
    OutOfBounds {
        /// The plugins it is for, quoted, with commas.
        plugins: String,
    },
    /// The decision could not be recorded, so nothing was done: 503.
    #[error("the decision could not be recorded")]
    Unavailable(#[source] LedgerError),
}

/// What policy said, before it is written down.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) refused: Option<Refused>,
    pub(crate) reason: Vec<Arc<str>>,
}

/// A [`Refusal`] that comes from policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Stranger,
    Hidden,
    Forbidden,
    OutOfBounds,
}

impl Judgement {
    pub(crate) fn allowed(reason: Vec<Arc<str>>) -> Self {
        Self { refused: None, reason }
    }

    pub(crate) fn refused(refused: Refused, reason: Vec<Arc<str>>) -> Self {
        Self { refused: Some(refused), reason }
    }

    /// Writes the record, and only then says what was decided.
    async fn settle(
        self,
        ledger: &impl Ledger,
        facts: &RequestFacts,
        principal: &Principal,
        asked: (&'static ActionInfo, Option<&str>),
    ) -> Result<(), Refusal> {
        let (info, resource_ref) = asked;
        let outcome = if self.refused.is_some() { Outcome::Denied } else { Outcome::Allowed };
        let mut record = AuditRecord::new(facts, principal, &info.event, outcome);
        record.resource_ref = resource_ref.map(str::to_owned);
        record.reason = self.reason;
        record.initiated = info.effect == Effect::Changes && self.refused.is_none();
        let durability = match (self.refused, info.effect) {
            (Some(Refused::Stranger), _) => Durability::Aggregated,
            (None, Effect::Reads) => Durability::Batched,
            // A hidden thing and one that is not there take the same way, and so the same time.
            (Some(_), _) | (None, Effect::Changes) => Durability::Durable,
        };
        ledger.record(record, durability).await.map_err(Refusal::Unavailable)?;
        match self.refused {
            None => Ok(()),
            Some(Refused::Stranger) => Err(Refusal::Unauthenticated),
            Some(Refused::Hidden) => Err(Refusal::Hidden),
            Some(Refused::Forbidden) => Err(Refusal::Forbidden { action: info.name() }),
            Some(Refused::OutOfBounds) => Err(Refusal::OutOfBounds { plugins: plugins(principal) }),
        }
    }
}

/// The plugins a restricted token is for, as the reference lists them.
fn plugins(principal: &Principal) -> String {
    let Principal::Service(service) = principal else { return String::new() };
    let names = service.restrictions().into_iter().flat_map(identity::Restrictions::plugins);
    names.map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ")
}

/// What policy decided about one thing. It says nothing until [`Verdict::settle`] has recorded it.
#[must_use = "a verdict is neither leave nor refusal until it is settled"]
pub struct Verdict<A: Action> {
    judgement: Judgement,
    resource: A::Resource,
    principal: Principal,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Verdict<A> {
    pub(crate) fn new(judgement: Judgement, resource: A::Resource, principal: &Principal) -> Self {
        Self { judgement, resource, principal: principal.clone(), action: PhantomData }
    }

    /// Records the decision and gives it away: the permit, or why there is none. For an action that
    /// changes something, and for every refusal, the record is durable by then.
    pub async fn settle(self, ledger: &impl Ledger, facts: &RequestFacts) -> Result<Permit<A>, Refusal> {
        let asked = (A::INFO, self.resource.audit_ref());
        self.judgement.settle(ledger, facts, &self.principal, asked).await?;
        Ok(Permit::new(self.resource, self.principal))
    }
}

impl<A: Action> fmt::Debug for Verdict<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verdict<{}>", A::INFO.name())
    }
}

/// What policy decided about many things. It says nothing until [`ScopeVerdict::settle`] has recorded
/// it.
#[must_use = "a verdict is neither leave nor refusal until it is settled"]
pub struct ScopeVerdict<A: ListAction> {
    judgement: Judgement,
    predicate: Arc<Predicate>,
    principal: Principal,
    action: PhantomData<fn() -> A>,
}

impl<A: ListAction> ScopeVerdict<A> {
    pub(crate) fn new(judgement: Judgement, predicate: Arc<Predicate>, principal: &Principal) -> Self {
        Self { judgement, predicate, principal: principal.clone(), action: PhantomData }
    }

    /// Records the decision and gives it away. Who may see nothing gets a scope that is empty, not a
    /// refusal: a list she may not see is an empty list.
    pub async fn settle(self, ledger: &impl Ledger, facts: &RequestFacts) -> Result<Scope<A>, Refusal> {
        match self.judgement.settle(ledger, facts, &self.principal, (A::INFO, None)).await {
            Ok(()) => Ok(Scope::new(self.predicate, self.principal)),
            Err(Refusal::Hidden) => Ok(Scope::new(Arc::new(Predicate::FALSE), self.principal)),
            Err(refusal) => Err(refusal),
        }
    }
}

impl<A: ListAction> fmt::Debug for ScopeVerdict<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScopeVerdict<{}>", A::INFO.name())
    }
}
