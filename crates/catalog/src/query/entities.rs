//! `GET /entities`: everything that matches, or a page of it by offset.

use std::sync::Arc;

use model::Predicate;
use roaring::RoaringBitmap;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::answer::Answer;
use super::cursor::{decode_json, encode_json};
use super::error::QueryError;
use super::fields::Fields;
use super::filter;
use super::ordering::OrderBy;
use super::params::{Kind, Pairs, Params};
use super::predicate::Question;
use crate::index::{Slot, Snapshot, Way};

/// A request for entities.
#[derive(Clone, Debug)]
pub struct EntitiesQuery {
    filter: Option<Question>,
    fields: Option<Fields>,
    order: Vec<OrderBy>,
    page: Option<Page>,
    /// The request's parameters, which the link to the next page repeats.
    pairs: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Page {
    limit: Option<u64>,
    offset: u64,
}

/// Entities and the way to the next page.
#[derive(Debug)]
pub struct EntitiesAnswer {
    /// The JSON array.
    pub body: Answer,
    /// Value of the `Link` header, if there are more.
    pub link: Option<String>,
}

impl EntitiesQuery {
    /// Reads the query parameters.
    pub fn parse(pairs: &Pairs) -> Result<Self, QueryError> {
        let known = [
            ("fields", Kind::Texts),
            ("limit", Kind::Integer),
            ("filter", Kind::Texts),
            ("offset", Kind::Integer),
            ("after", Kind::Text),
            ("order", Kind::Texts),
        ];
        let params = Params::check(pairs, &known)?;
        Ok(Self {
            filter: filter::parse(params.all("filter"))?,
            fields: Fields::parse(params.all("fields"))?,
            order: params.all("order").map(OrderBy::parse_order).collect::<Result<_, _>>()?,
            page: page(&params)?,
            pairs: pairs.to_vec(),
        })
    }

    fn link(&self, limit: u64, offset: u64) -> String {
        let after = encode_json(&json!({ "limit": limit, "offset": offset }));
        let mut query = form_urlencoded::Serializer::new(String::new());
        let mut placed = false;
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != "offset") {
            if name != "after" {
                query.append_pair(name, value);
            } else if !std::mem::replace(&mut placed, true) {
                query.append_pair("after", &after);
            }
        }
        if !placed {
            query.append_pair("after", &after);
        }
        format!("</entities?{}>; rel=\"next\"", query.finish())
    }
}

fn page(params: &Params<'_>) -> Result<Option<Page>, QueryError> {
    let mut limit = params.integer("limit")?;
    let mut offset = params.integer("offset")?;
    let after = params.text("after");
    if limit.is_none() && offset.is_none() && after.is_none() {
        return Ok(None);
    }
    if limit == Some(0) {
        return Err(QueryError::input("Invalid limit, must be greater than zero"));
    }
    if let Some(after) = after {
        let malformed = |what: &str| QueryError::input(format!("Malformed after cursor, {what}"));
        let json = decode_json(after).ok().filter(Value::is_object);
        let json = json.ok_or_else(|| malformed("could not be parsed"))?;
        if let Some(value) = json.get("limit") {
            let value = value.as_u64().filter(|limit| *limit > 0);
            limit = Some(value.ok_or_else(|| malformed("limit was not an number"))?);
        }
        if let Some(value) = json.get("offset") {
            offset = Some(value.as_u64().ok_or_else(|| malformed("offset was not a number"))?);
        }
    }
    Ok(Some(Page { limit, offset: offset.unwrap_or(0) }))
}

/// Answers with the entities for which both hold: what the caller may see, and what was asked.
pub fn entities(snapshot: &Arc<Snapshot>, scope: &Predicate, query: &EntitiesQuery) -> EntitiesAnswer {
    let mut parts = vec![scope];
    parts.extend(query.filter.as_ref().map(|filter| &filter.predicate));
    let selection = snapshot.selection(&parts);
    let mut link = None;
    let slots = match query.page {
        None => everything(snapshot, &selection, query.order.first()),
        Some(Page { limit, offset }) => {
            let count = limit.map_or(usize::MAX, clamp);
            let mut slots =
                page_of(snapshot, &selection, &query.order, clamp(offset), count.saturating_add(1));
            if let Some(limit) = limit.filter(|_| slots.len() > count) {
                slots.truncate(count);
                link = Some(query.link(limit, offset.saturating_add(limit)));
            }
            slots
        }
    };
    let items = slots.into_iter().map(Some).collect();
    EntitiesAnswer { body: Answer::list(snapshot, query.fields.as_ref(), "[", items, "]"), link }
}

/// A number no list reaches stands for one beyond the machine's.
pub(super) fn clamp(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Without pages the reference goes through `by-query`: by uid, or by the first field, leaving out
/// entities that lack it.
fn everything(snapshot: &Snapshot, selection: &RoaringBitmap, order: Option<&OrderBy>) -> Vec<Slot> {
    let all = |ranking: &crate::index::Ranking, descending: bool| {
        let (way, from) = if descending { (Way::Back, usize::MAX) } else { (Way::Forward, 0) };
        ranking.walk(selection, way, from, 0, usize::MAX)
    };
    match order {
        None => all(snapshot.by_uid(), false),
        Some(by) => all(snapshot.order(&by.key()).ranking(), by.is_descending()),
    }
}

/// By ref, or by all fields one after the other with entities that lack one last, then by uid.
fn page_of(
    snapshot: &Snapshot,
    selection: &RoaringBitmap,
    order: &[OrderBy],
    offset: usize,
    count: usize,
) -> Vec<Slot> {
    if order.is_empty() {
        return snapshot.by_ref().walk(selection, Way::Forward, 0, offset, count);
    }
    let orders: Vec<_> = order.iter().map(|by| (snapshot.order(&by.key()), by.is_descending())).collect();
    let sort_key = |slot: Slot| -> (Vec<(bool, isize)>, Option<usize>) {
        let fields = orders.iter().map(|(order, descending)| {
            let value = order.ranking().rank(slot).map(|rank| order.value_number(rank).cast_signed());
            value.map_or((true, 0), |value| (false, if *descending { -value } else { value }))
        });
        (fields.collect(), snapshot.by_uid().rank(slot))
    };
    let mut keyed: Vec<_> = selection.iter().map(|slot| (sort_key(slot), slot)).collect();
    let end = offset.saturating_add(count);
    if end < keyed.len() {
        // Only the wanted part is put in order.
        keyed.select_nth_unstable(end);
        keyed.truncate(end);
    }
    keyed.sort_unstable();
    keyed.into_iter().skip(offset).map(|(_, slot)| slot).collect()
}
