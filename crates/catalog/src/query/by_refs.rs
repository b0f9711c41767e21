//! `POST /entities/by-refs`: many entities by their refs, in the order asked for.

use std::sync::Arc;

use model::Predicate;
use serde_json::Value;

use super::answer::Answer;
use super::body::Body;
use super::error::QueryError;
use super::fields::Fields;
use super::filter;
use super::params::{Kind, Pairs, Params};
use super::predicate::Question;
use crate::index::Snapshot;

/// From so many refs on it is quicker to select everything once than to ask about each.
const MANY: usize = 8;

/// A request for entities by ref.
#[derive(Clone, Debug)]
pub struct ByRefs {
    refs: Vec<String>,
    filter: Option<Question>,
    query: Option<Question>,
    fields: Option<Fields>,
}

impl ByRefs {
    /// Reads the `filter` parameter and the body.
    pub fn parse(pairs: &Pairs, body: Option<&Value>) -> Result<Self, QueryError> {
        let params = Params::check(pairs, &[("filter", Kind::Texts)])?;
        let none = Value::Object(serde_json::Map::new());
        let body = Body::of(body.unwrap_or(&none))?;
        body.require("entityRefs")?;
        let refs = body.texts("entityRefs")?.unwrap_or_default();
        let fields = body.texts("fields")?.unwrap_or_default();
        Ok(Self {
            refs: refs.into_iter().map(str::to_owned).collect(),
            filter: filter::parse(params.all("filter"))?,
            query: body.object("query")?.cloned().map(Question::parse).transpose()?,
            fields: Fields::parse(fields.into_iter())?,
        })
    }
}

/// Answers with one item for each ref: the entity, or null where there is none that the caller may
/// see and that matches. Refs are compared as they are; only the canonical spelling finds anything.
pub fn by_refs(snapshot: &Arc<Snapshot>, scope: &Predicate, query: &ByRefs) -> Answer {
    let mut parts = vec![scope];
    parts.extend(query.filter.as_ref().map(|filter| &filter.predicate));
    parts.extend(query.query.as_ref().map(|query| &query.predicate));
    let found = query.refs.iter().map(|wanted| snapshot.find_text(wanted));
    let items = if query.refs.len() < MANY {
        let seen = |slot: &u32| parts.iter().all(|part| snapshot.holds(*slot, part));
        found.map(|slot| slot.filter(seen)).collect()
    } else {
        let selection = snapshot.selection(&parts);
        found.map(|slot| slot.filter(|slot| selection.contains(*slot))).collect()
    };
    Answer::list(snapshot, query.fields.as_ref(), "{\"items\":[", items, "]}")
}
