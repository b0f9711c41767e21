//! Leave to do one thing once, or to read what a predicate holds for.

use std::fmt;
use std::marker::PhantomData;

use identity::Principal;
use model::Predicate;

use crate::action::{Action, ListAction};

/// Proof that policy allowed `A` on the resource it carries, and that the decision was recorded.
///
/// There is no public constructor and no `Clone`: one decision pays for one use. Take it by value.
#[must_use = "a permit that is not spent means the action was decided but never done"]
pub struct Permit<A: Action> {
    resource: A::Resource,
    principal: Principal,
    action: PhantomData<fn() -> A>,
}

impl<A: Action> Permit<A> {
    pub(crate) fn new(resource: A::Resource, principal: Principal) -> Self {
        Self { resource, principal, action: PhantomData }
    }

    /// The resource policy looked at; act on this one, not on the raw request path.
    pub fn resource(&self) -> &A::Resource {
        &self.resource
    }

    /// Whom the permit was issued to.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whom the permit was issued to, as audit records name her.
    pub fn actor_id(&self) -> Option<&str> {
        self.principal.actor_id()
    }
}

impl<A: Action> fmt::Debug for Permit<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("action", &A::INFO.name())
            .field("resource", &self.resource)
            .field("actor_id", &self.actor_id())
            .finish_non_exhaustive()
    }
}

/// Proof that policy allows `A` on every entity the predicate holds for, and that the decision was
/// recorded. It holds for none when the caller may see nothing.
///
/// No public constructor and no `Clone`, like [`Permit`].
#[must_use = "a scope that is not used means the question was decided but never asked"]
pub struct Scope<A: ListAction> {
    predicate: std::sync::Arc<Predicate>,
    principal: Principal,
    action: PhantomData<fn() -> A>,
}

impl<A: ListAction> Scope<A> {
    pub(crate) fn new(predicate: std::sync::Arc<Predicate>, principal: Principal) -> Self {
        Self { predicate, principal, action: PhantomData }
    }

    /// Which entities; intersect it with the caller's own filter.
    pub fn predicate(&self) -> &Predicate {
        &self.predicate
    }

    /// Whom the scope was issued to.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Whom the scope was issued to, as audit records name her.
    pub fn actor_id(&self) -> Option<&str> {
        self.principal.actor_id()
    }
}

impl<A: ListAction> fmt::Debug for Scope<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("action", &A::INFO.name())
            .field("predicate", &self.predicate)
            .field("actor_id", &self.actor_id())
            .finish_non_exhaustive()
    }
}
