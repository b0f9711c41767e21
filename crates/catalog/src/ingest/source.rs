//! Entities as their sources have them: checked, annotated, not yet stitched. A large catalog has many
//! of them waiting for the end of a walk, so what is kept of each is small.

use std::ops::Range;
use std::sync::Arc;

use model::{Edge, EntityRef, StatusItem};
use serde_json::{Map, Value};

use super::location::LocationSpec;
use super::state::{Interned, Out, SourceHash};
use super::texts::{TextId, Texts};

/// Annotation with the place an entity was read from.
pub(super) const LOCATION: &str = "backstage.io/managed-by-location";
/// Annotation with the configured location it descends from.
pub(super) const ORIGIN: &str = "backstage.io/managed-by-origin-location";

/// Names one of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SourceId(u32);

/// Every entity of a walk that differs from the stored one.
#[derive(Debug, Default)]
pub(super) struct Sources {
    list: Vec<Source>,
    texts: Texts,
    edges: Vec<Out>,
    refs: Interned<EntityRef>,
    /// Names of relations: forward and reverse.
    relations: Interned<(Arc<str>, Arc<str>)>,
    origins: Interned<Arc<str>>,
}

#[derive(Debug)]
struct Source {
    /// Compact JSON.
    text: TextId,
    hash: SourceHash,
    /// Its part of all edges.
    edges: Range<u32>,
    /// The origin in its annotation.
    origin: u32,
}

impl Sources {
    /// Adds an entity as compact JSON, with its hash and the relations it emits.
    pub(super) fn push(
        &mut self,
        text: &str,
        hash: SourceHash,
        edges: &[Edge],
        origin: &Arc<str>,
    ) -> SourceId {
        let start = narrow(self.edges.len());
        for edge in edges {
            let names = (edge.forward.clone(), edge.reverse.clone());
            let relation = u16::try_from(self.relations.id(&names)).expect("kinds emit a dozen relations");
            self.edges.push(Out { relation, target: self.refs.id(&edge.target) });
        }
        let edges = start..narrow(self.edges.len());
        let origin = self.origins.id(origin);
        self.list.push(Source { text: self.texts.push(text), hash, edges, origin });
        SourceId(narrow(self.list.len() - 1))
    }

    /// Call it when the last one is in, and before one is taken.
    pub(super) fn close(&mut self) {
        self.texts.close();
        self.list.shrink_to_fit();
        self.edges.shrink_to_fit();
    }

    /// One ref for all that are equal.
    pub(super) fn share(&mut self, entity: &EntityRef) -> EntityRef {
        let id = self.refs.id(entity);
        self.refs.value(id).clone()
    }

    /// The number of a ref; sources name their targets by it.
    pub(super) fn number(&mut self, entity: &EntityRef) -> u32 {
        self.refs.id(entity)
    }

    /// The number of a ref that has one.
    pub(super) fn find(&self, entity: &EntityRef) -> Option<u32> {
        self.refs.find(entity)
    }

    /// The ref that a number stands for.
    pub(super) fn entity(&self, number: u32) -> &EntityRef {
        self.refs.value(number)
    }

    /// Forward and reverse name of a relation.
    pub(super) fn relation(&self, relation: u16) -> &(Arc<str>, Arc<str>) {
        self.relations.value(u32::from(relation))
    }

    /// The relations a source emits, in numbers.
    pub(super) fn outs(&self, id: SourceId) -> &[Out] {
        let Range { start, end } = self.source(id).edges;
        &self.edges[start as usize..end as usize]
    }

    /// The relations a source emits.
    pub(super) fn edges(&self, id: SourceId) -> Vec<Edge> {
        self.outs(id)
            .iter()
            .map(|out| {
                let (forward, reverse) = self.relation(out.relation).clone();
                Edge { forward, reverse, target: self.entity(out.target).clone() }
            })
            .collect()
    }

    /// Takes an entity out, under the origin it is to have, with its hash. Once each.
    pub(super) fn take(&mut self, id: SourceId, origin: &Arc<str>) -> (Map<String, Value>, SourceHash) {
        let Source { text, hash, origin: written, .. } = *self.source(id);
        let entity = self.texts.take(text, |text| match serde_json::from_str(text) {
            Ok(Value::Object(map)) => map,
            _ => unreachable!("entities are written as JSON objects"),
        });
        if self.origins.value(written) == origin { (entity, hash) } else { under_origin(entity, origin) }
    }

    fn source(&self, id: SourceId) -> &Source {
        &self.list[id.0 as usize]
    }
}

/// An entity under the origin it is to have.
pub(super) fn under_origin(mut entity: Map<String, Value>, origin: &str) -> (Map<String, Value>, SourceHash) {
    if let Some(Value::Object(annotations)) =
        entity.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations"))
    {
        annotations.insert(ORIGIN.to_owned(), origin.into());
    }
    let entity = Value::Object(entity);
    let hash = SourceHash::of(&entity.to_string());
    match entity {
        Value::Object(map) => (map, hash),
        _ => unreachable!("it was made a map above"),
    }
}

/// One entity that a file claims.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub entity: EntityRef,
    /// Where its document starts: line and column.
    pub place: (u32, u32),
    /// `None` if it equals what the state holds.
    pub source: Option<SourceId>,
    /// What it points to, if it is a Location.
    pub location: Option<Box<LocationSpec>>,
}

/// A document that cannot be taken.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// Its ref, if it is good enough to have one.
    pub entity: Option<EntityRef>,
    pub item: StatusItem,
    /// Whether what was read of it before may stay. Not so for a kind that rules refuse.
    pub keep: bool,
    /// The version itself, masked, if it waits in quarantine.
    pub quarantined: Option<Arc<str>>,
}

impl Broken {
    /// A document that cannot be taken, and why.
    pub(super) fn new(entity: Option<EntityRef>, name: &str, message: String, keep: bool) -> Self {
        Self { entity, item: StatusItem { name: name.to_owned(), message }, keep, quarantined: None }
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).expect("memory ends before four thousand million values do")
}
