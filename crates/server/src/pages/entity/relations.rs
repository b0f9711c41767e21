//! Relations, grouped by what they mean.

use model::EntityRef;

use crate::pages::{RefLink, Text};

/// Most entities listed per relation.
const MOST_LISTED: usize = 100;

/// All relations of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationGroup {
    /// In words, for example `Depends on`.
    pub label: Text,
    /// Its place in the page, for example `relation-0`.
    pub id: String,
    /// The other ends, at most 100.
    pub targets: Vec<RefLink>,
    /// How many there are beyond those.
    pub more: usize,
    /// Whether the relation leads up, to what the entity belongs to or is used by.
    pub is_upward: bool,
}

/// The relations we know, in the order they are shown: type, words, whether it leads up.
const KNOWN: &[(&str, &str, bool)] = &[
    ("ownedBy", "Owned by", true),
    ("partOf", "Part of", true),
    ("memberOf", "Member of", true),
    ("childOf", "Child of", true),
    ("apiProvidedBy", "Provided by", true),
    ("apiConsumedBy", "Consumed by", true),
    ("dependencyOf", "Needed by", true),
    ("dependsOn", "Depends on", false),
    ("providesApi", "Provides", false),
    ("consumesApi", "Consumes", false),
    ("hasPart", "Has parts", false),
    ("parentOf", "Parent of", false),
    ("hasMember", "Has members", false),
    ("ownerOf", "Owns", false),
];

/// Groups relations (type, target, whether the viewer may open the target) in the order of their
/// meaning; types nobody knows come last, by name.
pub fn group_relations(relations: &[(String, EntityRef, bool)]) -> Vec<RelationGroup> {
    let mut types: Vec<&str> = relations.iter().map(|(type_, ..)| type_.as_str()).collect();
    types.sort_by_key(|type_| {
        (KNOWN.iter().position(|known| known.0 == *type_).unwrap_or(KNOWN.len()), *type_)
    });
    types.dedup();
    types.iter().enumerate().map(|(at, type_)| group(at, type_, relations)).collect()
}

fn group(at: usize, type_: &str, relations: &[(String, EntityRef, bool)]) -> RelationGroup {
    let known = KNOWN.iter().find(|known| known.0 == type_);
    let expected = match type_ {
        "ownedBy" | "memberOf" | "childOf" | "parentOf" => Some("group"),
        "providesApi" | "consumesApi" => Some("api"),
        "hasMember" => Some("user"),
        _ => None,
    };
    let all = relations.iter().filter(|(found, ..)| found == type_);
    let count = all.clone().count();
    let targets: Vec<RefLink> = all
        .take(MOST_LISTED)
        .map(
            |(_, target, is_there)| {
                if *is_there { RefLink::to(target, expected) } else { RefLink::unlinked(target, expected) }
            },
        )
        .collect();
    RelationGroup {
        label: known.map_or_else(|| Text::clipped(&words(type_), 40), |known| known.1.into()),
        id: format!("relation-{at}"),
        more: count - targets.len(),
        targets,
        is_upward: known.is_some_and(|known| known.2),
    }
}

/// `deployedFrom` in words: `Deployed from`.
fn words(type_: &str) -> String {
    let mut text = String::with_capacity(type_.len() + 4);
    for (at, c) in type_.chars().enumerate() {
        match (at, c.is_uppercase()) {
            (0, _) => text.extend(c.to_uppercase()),
            (_, true) => {
                text.push(' ');
                text.extend(c.to_lowercase());
            }
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_come_in_the_order_of_their_meaning() {
        let relation = |type_: &str, target: &str, there| {
            (type_.to_owned(), target.parse::<EntityRef>().expect("a ref"), there)
        };
        let groups = group_relations(&[
            relation("deployedFrom", "resource:default/x", true),
            relation("dependsOn", "component:default/b", false),
            relation("ownedBy", "group:default/team", true),
            relation("dependsOn", "component:default/a", true),
        ]);
        let labels: Vec<&str> = groups.iter().map(|group| group.label.as_str()).collect();
        assert_eq!(labels, ["Owned by", "Depends on", "Deployed from"]);
        assert_eq!(groups[0].targets[0].label.as_str(), "team");
        assert_eq!(groups[1].targets[0].href, None);
        assert!(groups[1].targets[1].href.is_some());
    }

    #[test]
    fn a_thousand_members_do_not_fill_the_page() {
        let many: Vec<(String, EntityRef, bool)> = (0..1_000)
            .map(|n| ("hasMember".to_owned(), EntityRef::new("user", "default", &format!("u{n}")), true))
            .collect();
        let groups = group_relations(&many);
        assert_eq!((groups[0].targets.len(), groups[0].more), (100, 900));
    }
}
