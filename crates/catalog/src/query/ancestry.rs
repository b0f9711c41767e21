//! `GET /entities/by-name/{kind}/{namespace}/{name}/ancestry`: where an entity comes from.

use std::collections::HashSet;

use model::{EntityRef, Predicate};
use serde_json::json;

use super::error::QueryError;
use super::single::visible;
use crate::index::{Slot, Snapshot};

/// The entity and all that it descends from, each with its parents, as JSON.
///
/// Ancestors the caller may not see are left out, as is all that is reached only through them, and
/// nothing names them. A root the caller may not see is not found.
pub fn ancestry(
    snapshot: &Snapshot,
    scope: &Predicate,
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<Vec<u8>, QueryError> {
    let wanted = EntityRef::from_parts(kind, namespace, name);
    let found = wanted.as_ref().ok().and_then(|wanted| visible(snapshot, scope, snapshot.find(wanted)));
    let root = found.ok_or_else(|| {
        let written = format!("{kind}:{namespace}/{name}").to_lowercase();
        QueryError::NotFound(format!("No such entity {written}"))
    })?;

    let mut out = format!("{{\"rootEntityRef\":{},\"items\":[", json!(snapshot.ref_text(root))).into_bytes();
    let mut seen = HashSet::from([root]);
    let mut to_do = vec![root];
    let mut first = true;
    while let Some(slot) = to_do.pop() {
        let parents: Vec<Slot> = snapshot
            .parents(slot)
            .iter()
            .filter_map(|parent| visible(snapshot, scope, snapshot.find(parent)))
            .collect();
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"entity\":");
        out.extend_from_slice(snapshot.body(slot).as_bytes());
        let names: Vec<&str> = parents.iter().map(|parent| snapshot.ref_text(*parent)).collect();
        out.extend_from_slice(format!(",\"parentEntityRefs\":{}}}", json!(names)).as_bytes());
        to_do.extend(parents.into_iter().filter(|parent| seen.insert(*parent)));
    }
    out.extend_from_slice(b"]}");
    Ok(out)
}
