//! How an entity lies in its row: narrow text columns, lists as compact JSON.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use model::{Edge, EntityRef, RefContext, StatusItem, StoredEntity};
use serde::Deserialize;

use crate::StoreError;
use crate::db::Columns;

/// An entity's columns, ready to bind.
pub(super) struct EntityColumns<'a> {
    pub(super) entity: &'a StoredEntity,
    pub(super) parents: String,
    pub(super) edges: String,
    pub(super) problems: String,
}

impl<'a> EntityColumns<'a> {
    pub(super) fn of(entity: &'a StoredEntity) -> Self {
        let edges: Vec<_> =
            entity.edges.iter().map(|edge| (&*edge.forward, &*edge.reverse, edge.target.as_str())).collect();
        let parents: Vec<_> = entity.parents.iter().map(EntityRef::as_str).collect();
        Self { entity, parents: json(&parents), edges: json(&edges), problems: json(&entity.problems) }
    }
}

/// Empty lists are the empty text: most entities have no problems, and reading is what must be fast.
fn json<T: serde::Serialize>(list: &[T]) -> String {
    if list.is_empty() {
        return String::new();
    }
    serde_json::to_string(list).expect("lists of strings have a JSON form")
}

/// Reads rows, and shares the texts that many rows have in common.
#[derive(Default)]
pub(super) struct Reader {
    shared: HashSet<Arc<str>>,
}

#[derive(Deserialize)]
struct RawEdge<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
);

#[derive(Deserialize)]
struct RawRef<'a>(#[serde(borrow)] Cow<'a, str>);

impl Reader {
    /// The entity in a row of the `SCAN` or `CHANGED` statement.
    pub(super) fn entity(&mut self, row: &impl Columns) -> Result<StoredEntity, StoreError> {
        let key = row.text(0)?;
        let broken = |column: &'static str, source: Box<dyn std::error::Error + Send + Sync>| {
            StoreError::Undecodable { entity: key.to_owned(), column, source }
        };
        let parse = |text: &str| EntityRef::parse(text, RefContext::default());
        let entity_ref = parse(key).map_err(|error| broken("ref", error.into()))?;
        if entity_ref.as_str() != key {
            return Err(broken("ref", "it is not in canonical form".into()));
        }
        let body = row.text(3).map_err(|error| broken("body", error.into()))?;
        if !(body.starts_with('{') && body.ends_with('}')) {
            return Err(broken("body", "it is no JSON object".into()));
        }
        let edges = list::<RawEdge<'_>>(row.text(4)?).map_err(|error| broken("edges", error.into()))?;
        let edges = edges
            .into_iter()
            .map(|RawEdge(forward, reverse, target)| {
                Ok(Edge {
                    forward: self.share(&forward),
                    reverse: self.share(&reverse),
                    target: parse(&target)?,
                })
            })
            .collect::<Result<_, model::RefError>>()
            .map_err(|error| broken("edges", error.into()))?;
        let parents = list::<RawRef<'_>>(row.text(7)?).map_err(|error| broken("parents", error.into()))?;
        let parents = parents
            .into_iter()
            .map(|RawRef(parent)| parse(&parent))
            .collect::<Result<_, _>>()
            .map_err(|error| broken("parents", error.into()))?;
        let problems = list::<StatusItem>(row.text(9)?).map_err(|error| broken("problems", error.into()))?;
        Ok(StoredEntity {
            entity_ref,
            uid: row.text(1)?.into(),
            etag: row.text(2)?.into(),
            body: body.into(),
            edges,
            location_key: self.share(row.text(5)?),
            origin: self.share(row.text(6)?),
            parents,
            source_hash: row.text(8)?.into(),
            problems,
        })
    }

    fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(shared) = self.shared.get(text) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = text.into();
        self.shared.insert(Arc::clone(&shared));
        shared
    }
}

fn list<'a, T: Deserialize<'a>>(text: &'a str) -> Result<Vec<T>, serde_json::Error> {
    if text.is_empty() { Ok(Vec::new()) } else { serde_json::from_str(text) }
}
