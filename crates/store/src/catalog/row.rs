//! How an entity lies in its row: narrow text columns, lists as compact JSON.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
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

/// Why a column cannot be read.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// Reads rows, and shares what many rows have in common.
#[derive(Default)]
pub(super) struct Reader {
    shared: HashSet<Arc<str>>,
    parents: HashMap<String, Arc<[EntityRef]>>,
}

/// What an index needs of an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// Its canonical ref.
    pub entity_ref: EntityRef,
    /// Lower-case UUID text.
    pub uid: String,
    /// Compact JSON text, exactly as it is served.
    pub body: Arc<str>,
    /// Refs of the entities that emitted it.
    pub parents: Arc<[EntityRef]>,
}

fn canonical(key: &str) -> Result<EntityRef, Broken> {
    let entity_ref = EntityRef::parse(key, RefContext::default())?;
    if entity_ref.as_str() == key { Ok(entity_ref) } else { Err("it is not in canonical form".into()) }
}

fn check_body(body: &str) -> Result<(), Broken> {
    if body.starts_with('{') && body.ends_with('}') { Ok(()) } else { Err("it is no JSON object".into()) }
}

fn parse_parents(text: &str) -> Result<Vec<EntityRef>, Broken> {
    let parents = list::<RawRef<'_>>(text)?;
    parents.into_iter().map(|RawRef(parent)| Ok(EntityRef::parse(&parent, RefContext::default())?)).collect()
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
        let entity_ref = canonical(key).map_err(|error| broken("ref", error))?;
        let body = row.text(3).map_err(|error| broken("body", error.into()))?;
        check_body(body).map_err(|error| broken("body", error))?;
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
        let parents = parse_parents(row.text(7)?).map_err(|error| broken("parents", error))?;
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

    /// What is served of the entity in a row of the `SCAN_SERVED` statement.
    pub(super) fn served(&mut self, row: &impl Columns) -> Result<Served, StoreError> {
        let key = row.text(0)?;
        let broken = |column: &'static str, source: Box<dyn std::error::Error + Send + Sync>| {
            StoreError::Undecodable { entity: key.to_owned(), column, source }
        };
        let entity_ref = canonical(key).map_err(|error| broken("ref", error))?;
        let body = row.text(2).map_err(|error| broken("body", error.into()))?;
        check_body(body).map_err(|error| broken("body", error))?;
        let text = row.text(3)?;
        // All entities of one file have the same parents.
        let parents = if let Some(parents) = self.parents.get(text) {
            Arc::clone(parents)
        } else {
            let parents = parse_parents(text).map_err(|error| broken("parents", error))?;
            let parents: Arc<[EntityRef]> = parents.into();
            self.parents.insert(text.to_owned(), Arc::clone(&parents));
            parents
        };
        Ok(Served { entity_ref, uid: row.text(1)?.to_owned(), body: body.into(), parents })
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
