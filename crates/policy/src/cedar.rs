//! Principals, entities and questions in Cedar's terms.

use std::collections::HashSet;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};
use identity::Principal;
use model::EntityRef;
use model::entity::Attributes;

use crate::action::ActionInfo;

/// The one entity of type `Portal`.
pub(crate) const PORTAL: &str = "stagedoor";

pub(crate) fn uid(type_name: &str, id: &str) -> EntityUid {
    let name: EntityTypeName = type_name.parse().expect("our type names are Cedar names");
    EntityUid::from_type_name_and_id(name, EntityId::new(id))
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(values.into_iter().map(text))
}

fn refs(values: &[EntityRef]) -> RestrictedExpression {
    texts(values.iter().map(EntityRef::as_str))
}

/// Texts and sets of texts are values already, so evaluating them cannot fail.
const PLAIN: &str = "attributes are texts, sets of texts and references";

/// The principal's entity; `None` for a stranger, whom no policy can speak of.
pub(crate) fn principal(principal: &Principal) -> Option<Entity> {
    let (uid, attributes, parents) = match principal {
        Principal::Nobody(_) => return None,
        Principal::User(user) => (
            uid("User", user.entity_ref().as_str()),
            vec![
                ("ref".to_owned(), text(user.entity_ref().as_str())),
                ("ownership".to_owned(), refs(user.ownership())),
            ],
            // Ancestors are parents too: the chain between them plays no part.
            user.groups().iter().map(|group| self::uid("Group", group.as_str())).collect(),
        ),
        Principal::Service(service) => (
            uid("Service", service.subject()),
            vec![("subject".to_owned(), text(service.subject()))],
            HashSet::new(),
        ),
    };
    Some(Entity::new(uid, attributes.into_iter().collect(), parents).expect(PLAIN))
}

/// An entity of the catalog, and the two that carry its labels and annotations.
pub(crate) fn entity(facts: &Attributes) -> [Entity; 3] {
    let id = facts.entity_ref.as_str();
    let optional = |name: &str, value: Option<&str>| Some((name.to_owned(), text(value?)));
    let tagged = |type_name: &str, tags: &std::collections::BTreeMap<String, String>| {
        let tags = tags.iter().map(|(key, value)| (key.clone(), text(value)));
        Entity::new_with_tags(uid(type_name, id), [], [], tags).expect(PLAIN)
    };
    let attributes = [
        ("ref".to_owned(), text(id)),
        ("kind".to_owned(), text(facts.entity_ref.kind())),
        ("namespace".to_owned(), text(facts.entity_ref.namespace())),
        ("name".to_owned(), text(facts.entity_ref.name())),
        ("owners".to_owned(), refs(&facts.owners)),
        ("tags".to_owned(), texts(facts.tags.iter().map(String::as_str))),
        ("labels".to_owned(), RestrictedExpression::new_entity_uid(uid("Labels", id))),
        ("annotations".to_owned(), RestrictedExpression::new_entity_uid(uid("Annotations", id))),
    ];
    let attributes = attributes
        .into_iter()
        .chain(optional("type", facts.spec_type.as_deref()))
        .chain(optional("lifecycle", facts.lifecycle.as_deref()))
        .chain(optional("system", facts.system.as_ref().map(EntityRef::as_str)));
    [
        Entity::new(uid("Entity", id), attributes.collect(), HashSet::new()).expect(PLAIN),
        tagged("Labels", &facts.labels),
        tagged("Annotations", &facts.annotations),
    ]
}

/// A question and what is known of those it is about. `None` for a stranger.
pub(crate) fn question(
    who: &Principal,
    info: &ActionInfo,
    facts: Option<&Attributes>,
) -> Option<(Request, Entities)> {
    let who = principal(who)?;
    let resource = match facts {
        Some(facts) => uid("Entity", facts.entity_ref.as_str()),
        None => uid(info.cedar_resource, PORTAL),
    };
    let request = Request::new(who.uid(), uid("Action", info.name()), resource, Context::empty(), None)
        .expect("a request that is not validated can always be made");
    let entities = facts.into_iter().flat_map(entity).chain([who]);
    let entities = Entities::from_entities(entities, None).expect("their ids differ and they form no cycle");
    Some((request, entities))
}
