//! `GET` and `POST /entity-facets`: how often each value of some fields occurs.

use indexmap::IndexMap;
use model::Predicate;
use serde_json::{Map, Value};

use super::body::Body;
use super::error::QueryError;
use super::filter;
use super::params::{Kind, Pairs, Params};
use super::predicate::Question;
use crate::index::{FacetValue, Snapshot, fold};

/// Different facets one request may ask for.
const MAX_FACETS: usize = 100;

/// A request for facets.
#[derive(Clone, Debug)]
pub struct FacetsQuery {
    facets: Vec<String>,
    question: Option<Question>,
}

impl FacetsQuery {
    /// Reads the query parameters.
    pub fn parse(pairs: &Pairs) -> Result<Self, QueryError> {
        let params = Params::check(pairs, &[("facet", Kind::Texts), ("filter", Kind::Texts)])?;
        if params.text("facet").is_none() {
            return Err(QueryError::input("request/query must have required property 'facet'"));
        }
        Self::new(params.all("facet"), filter::parse(params.all("filter"))?)
    }

    /// Reads a JSON body.
    pub fn parse_body(body: Option<&Value>) -> Result<Self, QueryError> {
        let none = Value::Object(Map::new());
        let body = Body::of(body.unwrap_or(&none))?;
        body.require("facets")?;
        let facets = body.texts("facets")?.unwrap_or_default();
        let question = body.object("query")?.cloned().map(Question::parse).transpose()?;
        Self::new(facets.into_iter(), question)
    }

    /// The same, each name changed: the answer repeats them.
    #[must_use]
    pub fn renamed(mut self, change: impl FnMut(&mut String)) -> Self {
        self.facets.iter_mut().for_each(change);
        self
    }

    fn new<'f>(names: impl Iterator<Item = &'f str>, question: Option<Question>) -> Result<Self, QueryError> {
        let mut facets: Vec<String> = Vec::new();
        for name in names.filter(|name| !name.is_empty()) {
            if !facets.iter().any(|known| known == name) {
                facets.push(name.to_owned());
            }
            if facets.len() > MAX_FACETS {
                return Err(QueryError::input(format!("Invalid facets, more than {MAX_FACETS} of them")));
            }
        }
        if facets.is_empty() {
            return Err(QueryError::input("Missing or empty facets parameter"));
        }
        Ok(Self { facets, question })
    }
}

/// The values of each facet among the entities that the caller may see and that match, as JSON.
pub fn facets(snapshot: &Snapshot, scope: &Predicate, query: &FacetsQuery) -> Vec<u8> {
    let mut parts = vec![scope];
    parts.extend(query.question.as_ref().map(|question| &question.predicate));
    let selection = snapshot.selection(&parts);
    let mut found = IndexMap::with_capacity(query.facets.len());
    for name in &query.facets {
        found.insert(name, snapshot.facet(&fold(name), &selection));
    }
    let answer = IndexMap::from([("facets", found)]);
    serde_json::to_vec(&answer).expect("texts and numbers in memory are always written")
}

/// The values of one field, for pages that show counts.
pub fn facet(snapshot: &Snapshot, scope: &Predicate, filter: &Predicate, field: &str) -> Vec<FacetValue> {
    snapshot.facet(&fold(field), &snapshot.selection(&[scope, filter]))
}
