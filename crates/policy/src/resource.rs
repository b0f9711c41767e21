//! What actions are done to.

use std::fmt::Debug;

use model::EntityRef;

use crate::action::sealed::Sealed;
use model::entity::Attributes;

/// What an action is done to, as a permit carries it.
pub trait Resource: Sealed + Clone + Debug + Send + Sync + 'static {
    /// What policy has to know of it to decide.
    type Facts: Send + Sync;
    /// Its type in policy files.
    const CEDAR_TYPE: &'static str;

    /// The resource these facts are about.
    fn of(facts: &Self::Facts) -> Self;

    /// How audit records name it; `None` when there is only one of its kind.
    fn audit_ref(&self) -> Option<&str>;

    /// The facts, if they are an entity's.
    #[doc(hidden)]
    fn entity(facts: &Self::Facts) -> Option<&Attributes>;
}

impl Sealed for EntityRef {}

impl Resource for EntityRef {
    type Facts = Attributes;
    const CEDAR_TYPE: &'static str = "Entity";

    fn of(facts: &Attributes) -> Self {
        facts.entity_ref.clone()
    }

    fn audit_ref(&self) -> Option<&str> {
        Some(self.as_str())
    }

    fn entity(facts: &Attributes) -> Option<&Attributes> {
        Some(facts)
    }
}

/// The portal as a whole: the resource of actions that are not done to one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portal;

impl Sealed for Portal {}

impl Resource for Portal {
    type Facts = Portal;
    const CEDAR_TYPE: &'static str = "Portal";

    fn of(_: &Portal) -> Self {
        Self
    }

    fn audit_ref(&self) -> Option<&str> {
        None
    }

    fn entity(_: &Portal) -> Option<&Attributes> {
        None
    }
}
