//! Reads the page's view from an entity as it is served.

use model::{EntityRef, Timestamp};
use serde_json::Value;

use super::{EntityPage, OutsideLink, Pairs, Problem, group_relations};
use crate::pages::catalog::{CatalogQuery, Facet};
use crate::pages::graph::Graph;
use crate::pages::{Frame, Href, RefLink, Section, Text, When};

/// Most links and tags shown, each.
const MOST_SHOWN: usize = 50;
/// Characters that labels and annotations may take together, each; the JSON has the rest.
const PAIRS_BUDGET: usize = 6_000;
/// Longest value of a label or annotation shown, in characters.
const LONGEST_VALUE: usize = 1_000;
/// Longest description shown, in characters.
const LONGEST_DESCRIPTION: usize = 4_000;

const ORPHAN: &str = "backstage.io/orphan";
const MANAGED_BY: &str = "backstage.io/managed-by-location";
const VIEW_URL: &str = "backstage.io/view-url";
const EDIT_URL: &str = "backstage.io/edit-url";

/// What the page needs to know beyond the entity itself.
pub struct Known<'a> {
    /// Which relation targets the viewer may open.
    pub is_there: &'a dyn Fn(&EntityRef) -> bool,
    /// When its source was last read, if that is known.
    pub read_at: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

impl EntityPage {
    /// The page of an entity, from its body. Nothing in the body is believed: what is not as it
    /// should be is left out.
    pub fn from_body(frame: Frame, entity_ref: &EntityRef, body: &Value, known: &Known<'_>) -> Self {
        let metadata = &body["metadata"];
        let spec = &body["spec"];
        let kind = body["kind"].as_str().unwrap_or(entity_ref.kind());
        let name = display_name(body).unwrap_or(entity_ref.name());
        let annotation = |key: &str| metadata["annotations"][key].as_str();
        let source = |key: &str| annotation(key).and_then(Href::outside);
        let related = relations(body, known);
        let relations = group_relations(&related);
        let centre = RefLink::to(entity_ref, None);
        Self {
            frame: Frame { title: Text::short(name), section: Section::Catalog, ..frame },
            name: Text::short(name),
            entity_ref: Text::new(entity_ref.as_str()),
            kind: Text::short(kind),
            kind_href: CatalogQuery::default().with(Facet::Kind, entity_ref.kind()).href(),
            type_: short(&spec["type"]),
            lifecycle: short(&spec["lifecycle"]),
            owners: targets(&related, "ownedBy", "group"),
            parts_of: targets(&related, "partOf", "system"),
            description: Text::clipped(
                metadata["description"].as_str().unwrap_or_default(),
                LONGEST_DESCRIPTION,
            ),
            problems: problems(body, &related),
            links: links(metadata),
            tags: tags(metadata),
            labels: pairs(&metadata["labels"]),
            annotations: pairs(&metadata["annotations"]),
            graph: Graph::around(&centre, name, &relations),
            relations,
            origin: annotation(MANAGED_BY).map(origin),
            read: known.read_at.map(|moment| When::seen(moment, known.now)),
            view_source: source(VIEW_URL),
            edit_source: source(EDIT_URL),
            json: Href::page(&[
                "catalog",
                entity_ref.namespace(),
                entity_ref.kind(),
                entity_ref.name(),
                "json",
            ]),
        }
    }
}

/// What an entity calls itself: its title, a user's or group's display name, or its name. It is shown
/// beside the ref and decides nothing.
pub(crate) fn display_name(body: &Value) -> Option<&str> {
    let metadata = &body["metadata"];
    [metadata["title"].as_str(), body["spec"]["profile"]["displayName"].as_str(), generated(body)]
        .into_iter()
        .chain([metadata["name"].as_str()])
        .flatten()
        .find(|name| !Text::short(name).is_empty())
}

/// A Location that was made from another's target is named by a hash, which tells nobody anything: the
/// end of its target does.
fn generated(body: &Value) -> Option<&str> {
    let named = body["metadata"]["name"].as_str()?.starts_with("generated-");
    if !named || !body["kind"].as_str()?.eq_ignore_ascii_case("location") {
        return None;
    }
    let target = body["spec"]["target"].as_str()?.trim_end_matches('/');
    target.rmatch_indices('/').nth(1).map_or(Some(target), |(at, _)| target.get(at + 1..))
}

fn short(value: &Value) -> Text {
    Text::short(value.as_str().unwrap_or_default())
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

fn relations(body: &Value, known: &Known<'_>) -> Vec<(String, EntityRef, bool)> {
    items(&body["relations"])
        .filter_map(|found| {
            let type_ = found["type"].as_str()?;
            let target: EntityRef = found["targetRef"].as_str()?.parse().ok()?;
            let is_there = (known.is_there)(&target);
            Some((type_.to_owned(), target, is_there))
        })
        .collect()
}

fn targets(relations: &[(String, EntityRef, bool)], type_: &str, expected: &str) -> Vec<RefLink> {
    let of_type = relations.iter().filter(|(found, ..)| found == type_).take(5);
    of_type
        .map(|(_, target, is_there)| {
            let expected = Some(expected);
            if *is_there { RefLink::to(target, expected) } else { RefLink::unlinked(target, expected) }
        })
        .collect()
}

fn problems(body: &Value, relations: &[(String, EntityRef, bool)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if body["metadata"]["annotations"][ORPHAN].as_str() == Some("true") {
        problems.push(Problem::orphan());
    }
    for item in items(&body["status"]["items"]).take(20) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let is_error = item["level"].as_str().unwrap_or("error") == "error";
        let name = text(&item["error"]["name"]);
        problems.push(Problem::from_status(&name, &text(&item["message"]), is_error));
    }
    let mut missing: Vec<&EntityRef> =
        relations.iter().filter(|(.., is_there)| !is_there).map(|(_, target, _)| target).collect();
    missing.sort();
    missing.dedup();
    let missing: Vec<RefLink> = missing.into_iter().map(|target| RefLink::unlinked(target, None)).collect();
    problems.extend(Problem::broken_references(&missing));
    problems
}

fn links(metadata: &Value) -> Vec<OutsideLink> {
    items(&metadata["links"])
        .take(MOST_SHOWN)
        .filter_map(|link| {
            Some(OutsideLink::new(link["title"].as_str().unwrap_or_default(), link["url"].as_str()?))
        })
        .collect()
}

fn tags(metadata: &Value) -> Vec<(Text, Href)> {
    let tags = items(&metadata["tags"]).filter_map(Value::as_str).take(MOST_SHOWN);
    tags.map(|tag| (Text::short(tag), CatalogQuery::default().with(Facet::Tag, tag).href())).collect()
}

/// Labels or annotations as rows, until they would fill the page.
fn pairs(map: &Value) -> Pairs {
    let mut pairs = Pairs::default();
    let mut budget = PAIRS_BUDGET;
    for (key, value) in map.as_object().into_iter().flatten() {
        let Some(value) = value.as_str() else { continue };
        let (key, shown) = (Text::short(key), Text::clipped(value, LONGEST_VALUE));
        let cost = key.as_str().len() + shown.as_str().len();
        if cost > budget || pairs.left_out > 0 {
            pairs.left_out += 1;
        } else {
            budget -= cost;
            pairs.rows.push((key, OutsideLink { text: shown, href: Href::outside(value) }));
        }
    }
    pairs
}

/// `url:https://…` as a link to what stands behind it, `file:…` as text.
fn origin(location: &str) -> OutsideLink {
    let address = location.strip_prefix("url:").unwrap_or(location);
    OutsideLink { text: Text::clipped(location, 500), href: Href::outside(address) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_generated_location_is_called_by_its_target() {
        let location = |target: &str| json!({"kind": "Location", "metadata": {"name": "generated-0cba3f29"}, "spec": {"target": target}});
        for (target, shown) in [
            ("/srv/portal/catalog/all.yaml", "catalog/all.yaml"),
            ("all.yaml", "all.yaml"),
            ("https://example.com/org/", "example.com/org"),
            ("", "generated-0cba3f29"),
        ] {
            assert_eq!(display_name(&location(target)), Some(shown), "{target}");
        }
        let component =
            json!({"kind": "Component", "metadata": {"name": "generated-x"}, "spec": {"target": "y"}});
        assert_eq!(display_name(&component), Some("generated-x"));
    }
}
