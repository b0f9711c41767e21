//! Who is asking.

use std::sync::Arc;

use model::EntityRef;

use crate::{Memberships, Restrictions};

/// Someone whose credential was checked, or nobody.
///
/// Cheap to clone. A user comes only out of the checks of [`mod@crate::session`], a service out of those of
/// [`crate::ServiceTokens`], [`crate::external`] and [`crate::backstage`].
#[derive(Clone, Debug)]
pub enum Principal {
    /// No credential was presented.
    Nobody(Nobody),
    /// A person of the catalog.
    User(User),
    /// A program: one of the configuration, or a plugin.
    Service(Service),
}

/// The stranger.
#[derive(Clone, Copy, Debug)]
pub struct Nobody {
    _private: (),
}

/// A signed-in person, with the groups she is in at this moment.
#[derive(Clone, Debug)]
pub struct User(Arc<UserParts>);

#[derive(Debug)]
struct UserParts {
    entity_ref: EntityRef,
    ownership: Vec<EntityRef>,
    groups: Vec<EntityRef>,
    sign_in: String,
    actor: Option<String>,
}

/// A program that presented a token of the configuration.
#[derive(Clone, Debug)]
pub struct Service(Arc<ServiceParts>);

#[derive(Debug)]
struct ServiceParts {
    subject: String,
    restrictions: Option<Restrictions>,
}

impl Principal {
    /// The stranger; the one principal anybody may make.
    pub fn nobody() -> Self {
        Self::Nobody(Nobody { _private: () })
    }

    pub(crate) fn user(
        entity_ref: EntityRef,
        memberships: &Memberships,
        sign_in: String,
        actor: Option<String>,
    ) -> Self {
        let mut ownership = vec![entity_ref.clone()];
        ownership.extend(memberships.direct().iter().filter(|group| **group != entity_ref).cloned());
        let groups = memberships.all().to_vec();
        Self::User(User(Arc::new(UserParts { entity_ref, ownership, groups, sign_in, actor })))
    }

    pub(crate) fn service(subject: String, restrictions: Option<Restrictions>) -> Self {
        Self::Service(Service(Arc::new(ServiceParts { subject, restrictions })))
    }

    /// Who acts, as audit records name it: a user's entity ref, a service's subject verbatim, and
    /// nothing for the stranger.
    pub fn actor_id(&self) -> Option<&str> {
        match self {
            Self::Nobody(_) => None,
            Self::User(user) => Some(user.entity_ref().as_str()),
            Self::Service(service) => Some(service.subject()),
        }
    }

    /// Whether a credential was checked.
    pub fn is_authenticated(&self) -> bool {
        !matches!(self, Self::Nobody(_))
    }
}

impl User {
    /// The user's entity.
    pub fn entity_ref(&self) -> &EntityRef {
        &self.0.entity_ref
    }

    /// Who may own what is hers: herself first, then her direct groups.
    pub fn ownership(&self) -> &[EntityRef] {
        &self.0.ownership
    }

    /// Direct groups and all their ancestors, sorted.
    pub fn groups(&self) -> &[EntityRef] {
        &self.0.groups
    }

    /// The sign-in that the credential comes from: its name in records and on pages.
    pub fn sign_in(&self) -> &str {
        &self.0.sign_in
    }

    /// The plugin that acts on her behalf, as `plugin:<id>`; `None` when she asks herself.
    pub fn actor(&self) -> Option<&str> {
        self.0.actor.as_deref()
    }
}

impl Service {
    /// The configured subject, verbatim.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The upper bound of what the token may do; `None` when the configuration sets none.
    pub fn restrictions(&self) -> Option<&Restrictions> {
        self.0.restrictions.as_ref()
    }
}
