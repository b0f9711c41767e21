//! `GET` and `POST /entities/by-query`: pages by cursor, with a count.

use std::sync::Arc;

use model::{Folded, Predicate, RowTest, ValueTest};
use serde_json::{Map, Value};

use super::answer::Answer;
use super::body::Body;
use super::cursor::{Cursor, FullText};
use super::entities::clamp;
use super::error::QueryError;
use super::fields::Fields;
use super::filter;
use super::ordering::{Direction, OrderBy};
use super::params::{Kind, Pairs, Params};
use super::predicate::Question;
use super::single::visible;
use crate::index::{Order, Slot, Snapshot, Way};

/// Entities on a page when the request does not say.
const DEFAULT_LIMIT: u64 = 200;

/// A request for one page.
#[derive(Clone, Debug)]
pub struct ByQuery {
    start: Cursor,
    /// Whether this is the first page, which has no position yet.
    is_first: bool,
    offset: u64,
    limit: u64,
    fields: Option<Fields>,
}

impl ByQuery {
    /// Reads the query parameters. A cursor makes all but `fields` and `limit` unheard.
    pub fn parse(pairs: &Pairs) -> Result<Self, QueryError> {
        let known = [
            ("fields", Kind::Texts),
            ("limit", Kind::Integer),
            ("offset", Kind::Integer),
            ("orderField", Kind::Texts),
            ("cursor", Kind::Text),
            ("filter", Kind::Texts),
            ("totalItems", Kind::Text),
            ("fullTextFilterTerm", Kind::Text),
            ("fullTextFilterFields", Kind::Texts),
        ];
        let params = Params::check(pairs, &known)?;
        let counted = match params.text("totalItems") {
            None | Some("include") => None,
            Some("exclude") => Some(0),
            Some(_) => {
                return Err(QueryError::input(
                    "request/query/totalItems must be equal to one of the allowed values: include, exclude",
                ));
            }
        };
        let fields = Fields::parse(params.all("fields"))?;
        let limit = params.integer("limit")?.unwrap_or(DEFAULT_LIMIT);
        if let Some(cursor) = params.text("cursor") {
            return Ok(Self { start: Cursor::decode(cursor)?, is_first: false, offset: 0, limit, fields });
        }
        let text_fields: Vec<String> = params
            .all("fullTextFilterFields")
            .flat_map(|list| list.split(','))
            .filter(|field| !field.is_empty())
            .map(str::to_owned)
            .collect();
        let orders: Vec<OrderBy> =
            params.all("orderField").map(OrderBy::parse_order_field).collect::<Result<_, _>>()?;
        let start = Cursor {
            order: orders.into_iter().next(),
            full_text: Some(FullText {
                term: params.text("fullTextFilterTerm").unwrap_or_default().to_owned(),
                fields: (!text_fields.is_empty()).then_some(text_fields),
            }),
            query: filter::parse(params.all("filter"))?,
            total_items: counted,
            ..Cursor::default()
        };
        let offset = params.integer("offset")?.unwrap_or(0);
        Ok(Self { start, is_first: true, offset, limit, fields })
    }

    /// Reads a JSON body. Without a body everything is asked for.
    pub fn parse_body(body: Option<&Value>) -> Result<Self, QueryError> {
        let empty = Map::new();
        let body = body.map_or(Ok(Body(&empty)), Body::of)?;
        let cursor = body.text("cursor")?;
        let limit = body.count("limit")?.unwrap_or(DEFAULT_LIMIT);
        let offset = body.count("offset")?.unwrap_or(0);
        let order = order_by(&body)?;
        let full_text = full_text(&body)?;
        let names = body.texts("fields")?.unwrap_or_default();
        let counted = match body.text("totalItems")? {
            None | Some("include") => None,
            Some("exclude") => Some(0),
            Some(_) => {
                return Err(QueryError::input(
                    "request/body/totalItems must be equal to one of the allowed values: include, exclude",
                ));
            }
        };
        let query = body.object("query")?;
        let fields = Fields::parse(names.into_iter())?;
        match cursor {
            Some("") => Err(QueryError::input("Cursor cannot be empty")),
            Some(cursor) => {
                Ok(Self { start: Cursor::decode(cursor)?, is_first: false, offset: 0, limit, fields })
            }
            None => {
                let query = query.cloned().map(Question::parse).transpose()?;
                let start = Cursor { order, full_text, query, total_items: counted, ..Cursor::default() };
                Ok(Self { start, is_first: true, offset, limit, fields })
            }
        }
    }
}

fn order_by(body: &Body<'_>) -> Result<Option<OrderBy>, QueryError> {
    let mut first = None;
    for (at, item) in body.list("orderBy")?.into_iter().flatten().enumerate() {
        let path = format!("request/body/orderBy/{at}");
        let item = Body::of_path(item, &path)?;
        for key in ["field", "order"] {
            if !item.0.contains_key(key) {
                return Err(QueryError::input(format!("{path} must have required property '{key}'")));
            }
        }
        let text = |key: &str| {
            let text = item.0[key].as_str();
            text.ok_or_else(|| QueryError::input(format!("{path}/{key} must be string")))
        };
        let field = text("field")?.to_owned();
        let direction = Direction::parse(text("order")?).ok_or_else(|| {
            QueryError::input(format!("{path}/order must be equal to one of the allowed values: asc, desc"))
        })?;
        first = first.or(Some(OrderBy { field, direction: Some(direction) }));
    }
    Ok(first)
}

fn full_text(body: &Body<'_>) -> Result<Option<FullText>, QueryError> {
    let Some(filter) = body.object("fullTextFilter")? else { return Ok(None) };
    let path = "request/body/fullTextFilter";
    let inner = Body::of_path(filter, path)?;
    let term = inner.text_at(path, "term")?.unwrap_or_default().to_owned();
    let fields = inner.texts_at(path, "fields")?;
    let fields = fields.map(|fields| fields.into_iter().map(str::to_owned).collect());
    Ok(Some(FullText { term, fields }))
}

/// Answers with one page of the entities for which both hold: what the caller may see, and what was
/// asked. Pages are cut by (value, uid), so changes between pages neither repeat nor skip others.
pub fn by_query(snapshot: &Arc<Snapshot>, scope: &Predicate, query: &ByQuery) -> Answer {
    let start = &query.start;
    let mut parts = vec![scope];
    parts.extend(start.query.as_ref().map(|query| &query.predicate));
    parts.extend(start.legacy_filter.as_ref().map(|filter| &filter.predicate));
    let searched = searched(start);
    parts.extend(searched.as_ref());
    let mut selection = snapshot.selection(&parts);

    let order = start.order.as_ref().map(|by| snapshot.order(&by.key()));
    if let Some(order) = &order
        && !snapshot.is_everything(order.present())
    {
        selection = std::borrow::Cow::Owned(&*selection & order.present());
    }
    let total = if start.total_items == Some(0) { 0 } else { selection.len() };

    let line = Line { snapshot, order: order.as_deref(), scope };
    let descending = start.order.as_ref().is_some_and(OrderBy::is_descending);
    let way = if start.is_previous == descending { Way::Forward } else { Way::Back };
    let from = if query.is_first { line.end(way) } else { line.from(start, way) };
    let limit = clamp(query.limit);
    let fetched = if start.is_previous { limit } else { limit.saturating_add(1) };
    let fetched = if limit == 0 { 0 } else { fetched };
    let mut slots = line.walk(&selection, way, from, clamp(query.offset), fetched);
    let more = if start.is_previous { !slots.is_empty() } else { slots.len() > limit };
    slots.truncate(limit);
    if start.is_previous {
        slots.reverse();
    }

    let mut links = String::new();
    if let (Some(first), Some(last)) = (slots.first(), slots.last()) {
        let first_values = line.values(*first);
        let next = |is_previous, position| {
            let first = start.first.clone().unwrap_or_else(|| first_values.clone());
            let total_items = Some(total);
            Cursor { is_previous, position, first: Some(first), total_items, ..start.clone() }.encode()
        };
        if more {
            push_link(&mut links, "nextCursor", &next(false, line.values(*last)));
        }
        // Not by comparison with the first page's first item alone: that one may be gone, or the
        // cursor may come from another server.
        let at_start = start.first.as_ref().is_some_and(|known| *known == first_values);
        let back = if descending { Way::Forward } else { Way::Back };
        if !query.is_first && !at_start && line.has_more(&selection, *first, back) {
            push_link(&mut links, "prevCursor", &next(true, first_values.clone()));
        }
    }
    let tail = format!("],\"totalItems\":{total},\"pageInfo\":{{{links}}}}}");
    let items = slots.into_iter().map(Some).collect();
    Answer::list(snapshot, query.fields.as_ref(), "{\"items\":[", items, tail)
}

fn push_link(links: &mut String, name: &str, cursor: &str) {
    if !links.is_empty() {
        links.push(',');
    }
    for part in ["\"", name, "\":\"", cursor, "\""] {
        links.push_str(part);
    }
}

/// What full text asks: the term somewhere in one of the fields, or in the field ordered by, or in the uid.
fn searched(start: &Cursor) -> Option<Predicate> {
    let full_text = start.full_text.as_ref()?;
    let term = full_text.term.trim();
    if term.is_empty() {
        return None;
    }
    let keys = match (&full_text.fields, &start.order) {
        (Some(fields), _) => fields.iter().map(|field| Folded::new(field)).collect(),
        (None, Some(order)) => vec![Folded::new(&order.field)],
        (None, None) => vec![Folded::new("metadata.uid")],
    };
    Some(Predicate::Row(RowTest { keys, test: ValueTest::Contains(Folded::new(term)) }))
}

/// What pages are cut from: the order by a field, or by uid alone.
struct Line<'s> {
    snapshot: &'s Snapshot,
    order: Option<&'s Order>,
    scope: &'s Predicate,
}

impl Line<'_> {
    fn ranking(&self) -> &crate::index::Ranking {
        self.order.map_or(self.snapshot.by_uid(), Order::ranking)
    }

    fn walk(
        &self,
        selection: &roaring::RoaringBitmap,
        way: Way,
        from: usize,
        offset: usize,
        count: usize,
    ) -> Vec<Slot> {
        self.ranking().walk(selection, way, from, offset, count)
    }

    fn end(&self, way: Way) -> usize {
        match way {
            Way::Forward => 0,
            Way::Back => self.ranking().slots().len(),
        }
    }

    /// Where to go on from a cursor's position; what stands exactly there was on the last page.
    fn from(&self, start: &Cursor, way: Way) -> usize {
        let (uid, low, high) = match (self.order, start.position.as_slice()) {
            (Some(order), [value, uid]) => (uid, order.below(value), order.up_to(value)),
            (_, [.., uid]) => (uid, 0, self.ranking().slots().len()),
            _ => return self.end(way),
        };
        // The reference's cursor: none of its uids is known, but what alone has the value is what was there. In one of
        // ours a uid that is not known is of something that has gone since, and what has the value is something else.
        if self.order.is_some() && !start.is_own && high == low + 1 && self.is_foreign(start) {
            return if way == Way::Forward { high } else { low };
        }
        let ties = &self.ranking().slots()[low..high];
        low + ties.partition_point(|slot| {
            let order = self.snapshot.uid(*slot).as_str().cmp(uid);
            order.is_lt() || way == Way::Forward && order.is_eq()
        })
    }

    /// Whether a cursor names uids, and none of them is of an entity here that the caller may see: a
    /// made-up cursor must not tell whether a hidden one exists.
    fn is_foreign(&self, cursor: &Cursor) -> bool {
        let places = [Some(&cursor.position), cursor.first.as_ref()];
        let mut uids = places.into_iter().flatten().filter_map(|values| values.last());
        uids.all(|uid| visible(self.snapshot, self.scope, self.snapshot.find_uid(uid)).is_none())
    }

    /// Whether something selected stands before this slot, or behind it.
    fn has_more(&self, selection: &roaring::RoaringBitmap, slot: Slot, way: Way) -> bool {
        let Some(rank) = self.ranking().rank(slot) else { return false };
        let from = if way == Way::Forward { rank + 1 } else { rank };
        !self.walk(selection, way, from, 0, 1).is_empty()
    }

    /// The slot's position for a cursor.
    fn values(&self, slot: Slot) -> Vec<String> {
        let value = self.order.and_then(|order| Some(order.value_at(order.ranking().rank(slot)?)));
        value.into_iter().chain([self.snapshot.uid(slot)]).collect()
    }
}
