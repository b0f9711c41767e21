//! What can be asked of policy: one type per action, so that leave to do one thing is no leave to do
//! another.

use identity::ActionAttribute;
use model::EntityRef;

use crate::resource::{Portal, Resource};

/// Whether carrying an action out leaves a trace other than its audit record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only looks; its record may be written with others.
    Reads,
    /// It changes something; its record is durable before it begins.
    Changes,
}

/// How much an audit record matters, as the reference's auditor grades it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Reads.
    Low,
    /// Changes.
    Medium,
    /// Attempts at what is forbidden, sign-ins.
    High,
    /// Loss of control.
    Critical,
}

impl Severity {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What an audit record says of the thing that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Name of the action; for an action of policy its Backstage permission name.
    pub action: &'static str,
    /// Id of the plugin it belongs to.
    pub plugin: &'static str,
    /// The reference auditor's event id, unique inside the plugin.
    pub event_id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it is done to.
    pub resource_type: &'static str,
}

/// All there is to know of an action.
#[derive(Debug)]
pub struct ActionInfo {
    /// What its audit records say.
    pub event: Event,
    /// The permission's `action` attribute, which `accessRestrictions` can bound.
    pub attribute: Option<ActionAttribute>,
    /// Whether it changes something.
    pub effect: Effect,
    /// Type of the resource in policy files.
    pub cedar_resource: &'static str,
    /// Whether policy is also asked which of many things it may be done to.
    pub lists: bool,
    /// One line for people.
    pub summary: &'static str,
}

impl ActionInfo {
    /// The Backstage permission name, which is the action's name in policy files.
    pub fn name(&self) -> &'static str {
        self.event.action
    }
}

pub(crate) mod sealed {
    /// Keeps actions inside this crate, where the schema and the tests see them.
    pub trait Sealed {}
}

/// One thing a caller may ask to do, to one kind of resource.
pub trait Action: sealed::Sealed + Send + Sync + 'static {
    /// What it is done to.
    type Resource: Resource;
    /// All there is to know of it.
    const INFO: &'static ActionInfo;
}

/// An action that policy can also answer for many entities at once, with a predicate.
pub trait ListAction: Action<Resource = EntityRef> {}

macro_rules! actions {
    ($($(#[doc = $summary:literal])+ $action:ident($resource:ty) = $name:literal {
        attribute: $attribute:expr, effect: $effect:ident, severity: $severity:ident,
        audit: $plugin:literal / $event:literal on $resource_type:literal $(, $lists:ident)?
    })+) => {
        $(
            $(#[doc = $summary])+
            #[derive(Debug)]
            pub enum $action {}
            impl sealed::Sealed for $action {}
            impl Action for $action {
                type Resource = $resource;
                const INFO: &'static ActionInfo = &ActionInfo {
                    event: Event {
                        action: $name,
                        plugin: $plugin,
                        event_id: $event,
                        severity: Severity::$severity,
                        resource_type: $resource_type,
                    },
                    attribute: $attribute,
                    effect: Effect::$effect,
                    cedar_resource: <$resource as Resource>::CEDAR_TYPE,
                    lists: actions!(@lists $($lists)?),
                    summary: concat!($($summary),+),
                };
            }
            actions!(@impl $action $($lists)?);
        )+

        /// Every action there is, in the order of the documentation.
        pub const ACTIONS: &[&ActionInfo] = &[$($action::INFO),+];
    };
    (@lists) => { false };
    (@lists lists) => { true };
    (@impl $action:ident) => {};
    (@impl $action:ident lists) => { impl ListAction for $action {} };
}

// A new action is one entry here; the schema, `explain` and the tests follow from it.
actions! {
    /// Read entities.
    ReadEntity(EntityRef) = "catalog.entity.read" {
        attribute: Some(ActionAttribute::Read), effect: Reads, severity: Low,
        audit: "catalog" / "entity-fetch" on "catalog-entity", lists
    }
    /// Have an entity processed again.
    RefreshEntity(EntityRef) = "catalog.entity.refresh" {
        attribute: Some(ActionAttribute::Update), effect: Changes, severity: Medium,
        audit: "catalog" / "entity-mutate" on "catalog-entity"
    }
    /// Remove an entity.
    DeleteEntity(EntityRef) = "catalog.entity.delete" {
        attribute: Some(ActionAttribute::Delete), effect: Changes, severity: Medium,
        audit: "catalog" / "entity-mutate" on "catalog-entity"
    }
    /// Check an entity without keeping it.
    ValidateEntity(Portal) = "catalog.entity.validate" {
        attribute: None, effect: Reads, severity: Low,
        audit: "catalog" / "entity-validate" on "catalog-entity"
    }
    /// See where entities come from.
    ReadLocation(Portal) = "catalog.location.read" {
        attribute: Some(ActionAttribute::Read), effect: Reads, severity: Low,
        audit: "catalog" / "location-fetch" on "catalog-location"
    }
    /// See who one is, one's groups, and what policy lets one do.
    ReadSelf(Portal) = "stagedoor.self.read" {
        attribute: Some(ActionAttribute::Read), effect: Reads, severity: Low,
        audit: "stagedoor" / "self-fetch" on "portal"
    }
    /// See how the server stands against the production checklist.
    ReadPosture(Portal) = "stagedoor.posture.read" {
        attribute: Some(ActionAttribute::Read), effect: Reads, severity: Low,
        audit: "stagedoor" / "posture-fetch" on "portal"
    }
    /// See who is signed in, everybody's sessions.
    ReadSessions(Portal) = "stagedoor.session.read" {
        attribute: Some(ActionAttribute::Read), effect: Reads, severity: Medium,
        audit: "auth" / "session-fetch" on "session"
    }
    /// End anybody's session.
    EndSession(Portal) = "stagedoor.session.end" {
        attribute: Some(ActionAttribute::Delete), effect: Changes, severity: High,
        audit: "auth" / "session-end" on "session"
    }
}
