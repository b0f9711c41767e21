//! The catalog as handlers reach it: entities only with a scope or a permit.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ::catalog::index::{Index, Snapshot};
use identity::{Membership, Memberships, Principal};
use model::entity::Attributes;
use model::{EntityRef, Predicate, Sequence};
use policy::{ReadEntity, Scope};
use serde_json::Value;

use crate::quarantine::Quarantine;

/// Users remembered with their groups, for one state of the catalog.
const MAX_REMEMBERED: usize = 10_000;

/// The catalog. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Catalog {
    index: Arc<Index>,
    quarantine: Quarantine,
    memberships: Arc<RwLock<Remembered>>,
}

#[derive(Default)]
struct Remembered {
    of: Sequence,
    users: HashMap<EntityRef, Memberships>,
}

/// What one request may see: a state of the catalog and the scope it was granted.
///
/// INVARIANT: handlers come by a snapshot only through this, and it is made only from a settled scope;
/// every query of the catalog takes the scope's predicate with it.
pub(crate) struct View {
    pub(crate) snapshot: Arc<Snapshot>,
    scope: Scope<ReadEntity>,
}

impl View {
    /// Which entities may be seen.
    pub(crate) fn predicate(&self) -> &Predicate {
        self.scope.predicate()
    }

    /// Whether an entity is there and may be seen.
    pub(crate) fn shows(&self, entity: &EntityRef) -> bool {
        let slot = self.snapshot.find(entity);
        slot.is_some_and(|slot| self.snapshot.holds(slot, self.predicate()))
    }
}

impl Catalog {
    pub(crate) fn new(index: Arc<Index>) -> Self {
        Self { index, quarantine: Quarantine::default(), memberships: Arc::default() }
    }

    /// Spends a scope on a view of the present state.
    pub(crate) fn view(&self, scope: Scope<ReadEntity>) -> View {
        View { snapshot: self.index.snapshot(), scope }
    }

    /// The number of the last change that is served.
    pub(crate) fn sequence(&self) -> Sequence {
        self.index.snapshot().sequence()
    }

    /// What policy needs to know of an entity to decide about it; for guards.
    pub(crate) fn facts(&self, entity: &EntityRef) -> Option<Attributes> {
        let snapshot = self.index.snapshot();
        snapshot.find(entity).and_then(|slot| snapshot.attributes(slot))
    }

    /// The entity with this uid; for guards, which decide about it before anything is shown.
    pub(crate) fn facts_by_uid(&self, uid: &str) -> Option<Attributes> {
        let snapshot = self.index.snapshot();
        snapshot.find_uid(uid).and_then(|slot| snapshot.attributes(slot))
    }

    /// As [`Catalog::facts`]. To its owners, an entity that is in quarantine and has no clean version is
    /// there too.
    pub(crate) fn facts_for(&self, principal: Option<&Principal>, entity: &EntityRef) -> Option<Attributes> {
        self.facts(entity).or_else(|| self.quarantine.facts(entity, principal?))
    }

    /// The body of the entity a permit was issued for. Its owners are shown the version in quarantine, if
    /// there is one.
    pub(crate) fn body(&self, permit: &policy::Permit<ReadEntity>) -> Option<Arc<str>> {
        let snapshot = self.index.snapshot();
        let served = snapshot.find(permit.resource()).map(|slot| Arc::clone(snapshot.body(slot)));
        self.quarantine.body(permit.resource(), permit.principal(), served.as_deref()).or(served)
    }

    /// The versions in quarantine.
    pub(crate) fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }

    /// The present state, to find the one user that a provider means. Nobody is signed in yet, so there is no scope; what is
    /// found is shown to nobody.
    pub(crate) fn snapshot_for_sign_in(&self) -> Arc<Snapshot> {
        self.index.snapshot()
    }

    /// Whether the ref names a user of the catalog, who can be signed in.
    pub(crate) fn is_user(&self, user: &EntityRef) -> bool {
        user.kind() == "user" && self.index.snapshot().find(user).is_some()
    }

    /// Users by name, at most `most`; for the sign-in form of a one-time link.
    pub(crate) fn users(&self, most: usize) -> Vec<(EntityRef, String)> {
        let snapshot = self.index.snapshot();
        let mut users: Vec<_> = snapshot
            .select(&Predicate::equals("kind", "user"))
            .iter()
            .filter_map(|slot| {
                let entity: Value = serde_json::from_str(snapshot.body(slot)).ok()?;
                let user: EntityRef = snapshot.ref_text(slot).parse().ok()?;
                let name = entity.pointer("/spec/profile/displayName").and_then(Value::as_str);
                let name = name.unwrap_or_else(|| user.name()).to_owned();
                Some((user, name))
            })
            .take(most)
            .collect();
        users.sort_by(|a, b| a.1.cmp(&b.1));
        users
    }

    fn climb(snapshot: &Snapshot, user: &EntityRef) -> Option<Memberships> {
        snapshot.find(user)?;
        let related = |of: &EntityRef, relation: &str| related(snapshot, of, relation);
        let direct = related(user, "memberOf");
        Some(Memberships::climb(direct, |group| related(group, "childOf")))
    }
}

/// Targets of an entity's relations of one type.
fn related(snapshot: &Snapshot, of: &EntityRef, relation: &str) -> Vec<EntityRef> {
    let Some(slot) = snapshot.find(of) else { return Vec::new() };
    let Ok(entity) = serde_json::from_str::<Value>(snapshot.body(slot)) else { return Vec::new() };
    let relations = entity.get("relations").and_then(Value::as_array).into_iter().flatten();
    relations
        .filter(|found| found.get("type").and_then(Value::as_str) == Some(relation))
        .filter_map(|found| found.get("targetRef")?.as_str()?.parse().ok())
        .filter(|target: &EntityRef| target.kind() == "group")
        .collect()
}

impl Membership for Catalog {
    fn of(&self, user: &EntityRef) -> Option<Memberships> {
        if user.kind() != "user" {
            return None;
        }
        let snapshot = self.index.snapshot();
        {
            let remembered = self.memberships.read().unwrap_or_else(PoisonError::into_inner);
            if remembered.of == snapshot.sequence()
                && let Some(known) = remembered.users.get(user)
            {
                return Some(known.clone());
            }
        }
        let found = Self::climb(&snapshot, user)?;
        let mut remembered = self.memberships.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.of != snapshot.sequence() || remembered.users.len() >= MAX_REMEMBERED {
            *remembered = Remembered { of: snapshot.sequence(), users: HashMap::new() };
        }
        remembered.users.insert(user.clone(), found.clone());
        Some(found)
    }
}
