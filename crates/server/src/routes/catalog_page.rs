//! `GET /catalog`: the list for people. What it counts, it counts within the viewer's scope.

use ::catalog::query::{ByQuery, by_query};
use identity::Principal;
use model::{EntityRef, Folded, Predicate, RefContext, RowTest, ValueTest};
use policy::{ReadEntity, Scope};
use serde_json::Value;

use super::frame;
use crate::call::{Call, html_answer, see_other};
use crate::catalog::View;
use crate::error::ApiError;
use crate::pages::catalog::{
    CatalogPage, CatalogQuery, Facet, Filter, PAGE_SIZE, Relaxation, Row, Tab, TabCounts,
};
use crate::pages::{Page as _, Section, paths};
use crate::table::{Answered, Face, Table};

/// Where the search looks.
const SEARCHED: [&str; 5] =
    ["metadata.name", "metadata.title", "metadata.description", "metadata.tags", "spec.profile.displayName"];

pub(super) fn rows(table: Table) -> Table {
    table.many::<ReadEntity>(Face::Page, "GET", paths::CATALOG, list).signed_in(
        Face::Page,
        "GET",
        "/",
        "it only leads to the catalog",
        home,
    )
}

async fn home(_: Principal, _: Call) -> Answered {
    Ok(see_other(paths::CATALOG))
}

async fn list(scope: Scope<ReadEntity>, call: Call) -> Answered {
    // The page repeats what is asked for. No secret is in the catalog, so none has to be looked for.
    let asked = call.app.masks.text(call.admitted.path.raw_query().unwrap_or_default());
    let query = CatalogQuery::parse(&asked);
    let principal = scope.principal().clone();
    let view = call.app.catalog.view(scope);
    let frame = frame::signed_in(&call, &principal, Some(&view), "Catalog", Section::Catalog);
    let seen = Seen { view, owners: owners(&principal) };
    let (rows, total) = seen.page(&query)?;
    let counts = |facet: Facet| seen.counts(&query.without(facet), facet);
    let html = CatalogPage {
        frame,
        tab_counts: TabCounts {
            all: seen.count(&query.with_tab(Tab::All)),
            owned: seen.count(&query.with_tab(Tab::Owned)),
        },
        filters: Facet::ALL.into_iter().map(|facet| Filter::new(facet, &query, counts(facet))).collect(),
        rows,
        total,
        relaxations: if total == 0 { seen.relaxations(&query) } else { Vec::new() },
        query,
    }
    .html();
    Ok(html_answer(http::StatusCode::OK, html))
}

/// As what the viewer owns things.
fn owners(principal: &Principal) -> Vec<Folded> {
    match principal {
        Principal::User(user) => user.ownership().iter().map(|owner| Folded::new(owner.as_str())).collect(),
        Principal::Service(_) | Principal::Nobody(_) => Vec::new(),
    }
}

/// What the viewer may see, and the questions this page asks about it.
struct Seen {
    view: View,
    owners: Vec<Folded>,
}

impl Seen {
    /// The query as a predicate, within the viewer's scope.
    fn predicate(&self, query: &CatalogQuery) -> Predicate {
        let mut parts = vec![self.view.predicate().clone()];
        if query.tab() == Tab::Owned {
            parts.push(Predicate::row("relations.ownedBy", ValueTest::In(self.owners.clone())));
        }
        for facet in Facet::ALL {
            if let Some(value) = query.facet(facet) {
                parts.push(Predicate::equals(key(facet), &written(facet, value)));
            }
        }
        if let Some(text) = query.search() {
            let keys = SEARCHED.into_iter().map(Folded::new).collect();
            parts.push(Predicate::Row(RowTest { keys, test: ValueTest::Contains(Folded::new(text)) }));
        }
        Predicate::All(parts).simplified()
    }

    fn count(&self, query: &CatalogQuery) -> usize {
        whole(self.view.snapshot.select(&self.predicate(query)).len())
    }

    /// The page that is asked for, by name, and how many entities there are on all pages.
    fn page(&self, query: &CatalogQuery) -> Result<(Vec<Row>, usize), ApiError> {
        let pairs = [
            ("orderField", "metadata.name,asc".to_owned()),
            ("offset", query.offset().to_string()),
            ("limit", PAGE_SIZE.to_string()),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
        let asked = ByQuery::parse(&pairs).map_err(ApiError::internal)?;
        let answer = by_query(&self.view.snapshot, &self.predicate(query), &asked).into_bytes();
        let answer: Value = serde_json::from_slice(&answer).map_err(ApiError::internal)?;
        let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let total = whole(answer["totalItems"].as_u64().unwrap_or_default());
        Ok((items.iter().filter_map(row).collect(), total))
    }

    fn counts(&self, query: &CatalogQuery, facet: Facet) -> Vec<(String, usize)> {
        let snapshot = &self.view.snapshot;
        let selection = snapshot.select(&self.predicate(query));
        let values = snapshot.facet(Folded::new(key(facet)).as_str(), &selection);
        values.into_iter().map(|found| (found.value, whole(found.count))).collect()
    }

    /// What to leave out so that something is left, and how much.
    fn relaxations(&self, query: &CatalogQuery) -> Vec<Relaxation> {
        let facets = Facet::ALL
            .into_iter()
            .filter_map(|facet| Relaxation::without_facet(query, facet, self.count(&query.without(facet))));
        let search = Relaxation::without_search(query, self.count(&query.without_search()));
        let tab = Relaxation::without_tab(query, self.count(&query.with_tab(Tab::All)));
        facets.chain(search).chain(tab).filter(|relaxation| relaxation.count > 0).collect()
    }
}

fn row(body: &Value) -> Option<Row> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let metadata = &body["metadata"];
    let namespace = text(&metadata["namespace"]).unwrap_or_else(|| "default".to_owned());
    let entity_ref =
        EntityRef::from_parts(&text(&body["kind"])?, &namespace, &text(&metadata["name"])?).ok()?;
    Some(Row::from_body(&entity_ref, body))
}

fn whole(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The search key of a facet.
fn key(facet: Facet) -> &'static str {
    match facet {
        Facet::Kind => "kind",
        Facet::Type => "spec.type",
        Facet::Owner => "relations.ownedBy",
        Facet::Lifecycle => "spec.lifecycle",
        Facet::Tag => "metadata.tags",
    }
}

/// A facet's value as the index has it: an owner may be written without what is to be expected.
fn written(facet: Facet, value: &str) -> String {
    let context = RefContext { kind: Some("group"), namespace: None };
    match facet {
        Facet::Owner => EntityRef::parse(value, context).map_or(value.to_owned(), |owner| owner.to_string()),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_be_written_short() {
        assert_eq!(written(Facet::Owner, "Team-A"), "group:default/team-a");
        assert_eq!(written(Facet::Owner, "user:default/ada"), "user:default/ada");
        assert_eq!(written(Facet::Kind, "API"), "API");
    }
}
