//! Versions in quarantine: entities whose new version holds a secret, and is shown, masked, to nobody
//! but their owners.
//!
//! They are in memory only, and known again after the first refresh of a start. What everybody else is
//! served does not change: lists, counts and searches know nothing of them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ::catalog::ingest::Quarantined;
use identity::Principal;
use model::EntityRef;
use model::entity::Attributes;
use serde_json::Value;

/// The versions in quarantine, by the configured location they were read for. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Quarantine(Arc<RwLock<HashMap<String, Versions>>>);

type Versions = HashMap<EntityRef, Arc<str>>;

impl Quarantine {
    /// Notes what a refresh of the location `origin` put into quarantine. What it did not is out.
    pub(crate) fn note(&self, origin: String, found: &[Quarantined]) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if found.is_empty() {
            known.remove(&origin);
            return;
        }
        let versions = found.iter().map(|version| (version.entity.clone(), Arc::clone(&version.body)));
        known.insert(origin, versions.collect());
    }

    /// Forgets locations that are no longer configured.
    pub(crate) fn keep(&self, is_configured: impl Fn(&str) -> bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|origin, _| is_configured(origin));
    }

    /// What policy needs to know of an entity that has no clean version, if `principal` owns it.
    pub(crate) fn facts(&self, entity: &EntityRef, principal: &Principal) -> Option<Attributes> {
        let version = serde_json::from_str(&self.find(entity)?).ok()?;
        let facts = Attributes::from_stitched(&version).ok()?;
        owns(principal, &facts.owners).then_some(facts)
    }

    /// The version of an entity that `principal` is shown in place of the one that is `served`, because
    /// she owns that; or, where none is served, the one in quarantine.
    pub(crate) fn body(
        &self,
        entity: &EntityRef,
        principal: &Principal,
        served: Option<&str>,
    ) -> Option<Arc<str>> {
        let version = self.find(entity)?;
        let Some(served) = served else {
            return self.facts(entity, principal).map(|_| version);
        };
        let served: Value = serde_json::from_str(served).ok()?;
        if !owns(principal, &Attributes::from_stitched(&served).ok()?.owners) {
            return None;
        }
        let mut version: Value = serde_json::from_str(&version).ok()?;
        *version.pointer_mut("/metadata/uid")? = served.pointer("/metadata/uid")?.clone();
        *version.get_mut("relations")? = served.get("relations")?.clone();
        Some(version.to_string().into())
    }

    fn find(&self, entity: &EntityRef) -> Option<Arc<str>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.values().find_map(|versions| versions.get(entity).cloned())
    }
}

/// Whether a user, or a group she is in, is among the owners. Programs own nothing.
fn owns(principal: &Principal, owners: &[EntityRef]) -> bool {
    let Principal::User(user) = principal else { return false };
    owners.iter().any(|owner| owner == user.entity_ref() || user.groups().contains(owner))
}
