//! One entity, by name or by uid. One that the caller may not see is as good as none.

use std::sync::Arc;

use model::{EntityRef, Predicate};

use super::error::QueryError;
use crate::index::{Slot, Snapshot};

/// `GET /entities/by-name/{kind}/{namespace}/{name}`: the entity's body, compact JSON.
pub fn by_name(
    snapshot: &Snapshot,
    scope: &Predicate,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<Arc<str>, QueryError> {
    let wanted = EntityRef::from_parts(kind, namespace, name).ok();
    let slot = wanted.and_then(|wanted| visible(snapshot, scope, snapshot.find(&wanted)));
    slot.map(|slot| Arc::clone(snapshot.body(slot))).ok_or_else(|| {
        QueryError::NotFound(format!(
            "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
        ))
    })
}

/// `GET /entities/by-uid/{uid}`: the entity's body, compact JSON.
pub fn by_uid(snapshot: &Snapshot, scope: &Predicate, uid: &str) -> Result<Arc<str>, QueryError> {
    let slot = visible(snapshot, scope, snapshot.find_uid(&uid.to_lowercase()));
    slot.map(|slot| Arc::clone(snapshot.body(slot)))
        .ok_or_else(|| QueryError::NotFound(format!("No entity with uid {uid}")))
}

/// The slot, if the caller may see it.
pub(super) fn visible(snapshot: &Snapshot, scope: &Predicate, slot: Option<Slot>) -> Option<Slot> {
    slot.filter(|slot| snapshot.holds(*slot, scope))
}
