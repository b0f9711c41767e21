//! The law of lists: for every policy, principal and entity, the predicate of a scope holds exactly
//! where Cedar itself allows, any evaluation error counted as a denial; and single decisions agree,
//! reasons included.
//!
//! The judge is Cedar, fed from JSON by this file: it shares nothing with the code under test but the
//! schema's text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::world::{Memory, entity_ref, facts, now, service, user};
use cedar_policy::{
    AuthorizationError, Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Schema,
};
use identity::Principal;
use model::entity::Attributes;
use policy::{Action, DeleteEntity, Engine, ReadEntity, RefreshEntity, Refusal};
use proptest::prelude::*;
use serde_json::{Value, json};

const GROUPS: [&str; 3] = ["a", "b", "c"];

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(from).prop_map(str::to_owned)
}

fn entities() -> impl Strategy<Value = Attributes> {
    let owner = pick(&["group:default/a", "group:default/b", "user:default/ada", "user:default/bob"])
        .prop_map(|text| entity_ref(&text));
    let tags = prop::collection::btree_map(pick(&["x", "y"]), pick(&["1", "2", "A"]), 0..3);
    (
        (pick(&["component", "api", "system"]), pick(&["default", "prod"]), pick(&["shop", "till"])),
        prop::collection::vec(owner, 0..3),
        (tags.clone(), tags, prop::collection::vec(pick(&["go", "rust", "Go"]), 0..3)),
        prop::option::of(pick(&["service", "website"])),
        prop::option::of(pick(&["production", "experimental"])),
        prop::option::of(pick(&["system:default/s1", "system:prod/s2"])),
    )
        .prop_map(|(name, owners, (labels, annotations, tags), spec_type, lifecycle, system)| {
            Attributes {
                entity_ref: entity_ref(&format!("{}:{}/{}", name.0, name.1, name.2)),
                owners,
                labels,
                annotations,
                tags,
                spec_type,
                lifecycle,
                system: system.as_deref().map(entity_ref),
            }
        })
}

fn principals() -> impl Strategy<Value = Principal> {
    let groups = || prop::sample::subsequence(&GROUPS[..], 0..=2);
    prop_oneof![
        4 => (pick(&["ada", "bob"]), groups(), groups())
            .prop_map(|(name, direct, above)| user(&name, &direct, &above)),
        1 => pick(&["ci", "cd"]).prop_map(|subject| service(&subject, None)),
    ]
}

/// Conditions over the resource, each either sound as it stands or guarded.
fn about_resource() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        (pick(&["kind"]), pick(&["\"api\"", "\"component\"", "\"none\""])),
        (pick(&["namespace"]), pick(&["\"default\"", "\"prod\""])),
        (pick(&["name"]), pick(&["\"shop\"", "\"\""])),
        (pick(&["ref"]), pick(&["\"api:default/shop\"", "\"component:prod/till\""])),
    ];
    let optional = prop_oneof![
        (pick(&["type"]), pick(&["\"service\"", "\"Service\""])),
        (pick(&["lifecycle"]), pick(&["\"production\"", "\"\""])),
        (pick(&["system"]), pick(&["\"system:default/s1\"", "\"system:prod/s2\""])),
    ];
    let tagged = (pick(&["labels", "annotations"]), pick(&["x", "y", "z"]), pick(&["\"1\"", "\"a\""]));
    prop_oneof![
        (text.clone(), any::<bool>()).prop_map(|((name, value), swapped)| {
            if swapped {
                format!("{value} == resource.{name}")
            } else {
                format!("resource.{name} == {value}")
            }
        }),
        text.prop_map(|(name, value)| format!("[{value}, {value}].contains(resource.{name})")),
        (optional.clone(), any::<bool>()).prop_map(|((name, value), negated)| {
            let not = if negated { "!=" } else { "==" };
            format!("(resource has {name} && resource.{name} {not} {value})")
        }),
        optional.clone().prop_map(|(name, value)| {
            format!("(if resource has {name} then [{value}].contains(resource.{name}) else {value} == \"\")")
        }),
        optional.prop_map(|(name, value)| {
            format!("(resource has {name} && (resource.kind == \"api\" || resource.{name} == {value}))")
        }),
        pick(&["type", "lifecycle", "system", "kind", "nothing"])
            .prop_map(|name| format!("resource has {name}")),
        tagged.clone().prop_map(|(tags, key, value)| {
            format!("(resource.{tags}.hasTag(\"{key}\") && resource.{tags}.getTag(\"{key}\") == {value})")
        }),
        tagged.prop_map(|(tags, key, _)| format!("resource.{tags}.hasTag(\"{key}\")")),
        pick(&[
            "resource.tags.contains(\"go\")",
            "resource.tags.containsAny([\"rust\", \"Go\"])",
            "resource.tags.containsAll([\"go\", \"rust\"])",
            "[\"go\", \"none\"].containsAny(resource.tags)",
            "resource.owners.contains(\"group:default/a\")",
            "resource.owners.containsAll([\"group:default/a\", \"user:default/ada\"])",
            "resource == Entity::\"api:default/shop\"",
            "resource in [Entity::\"api:default/shop\", Entity::\"system:prod/till\"]",
            "[Entity::\"system:prod/till\"].contains(resource)",
            "resource is Entity",
        ]),
    ]
}

/// Conditions that depend on the principal, alone or with the resource.
fn about_principal() -> impl Strategy<Value = String> {
    pick(&[
        "principal in Group::\"group:default/a\"",
        "principal in [Group::\"group:default/b\", Group::\"group:default/c\"]",
        "principal is Service",
        "(principal is User && principal.ownership.containsAny(resource.owners))",
        "(principal is User && resource.owners.containsAny(principal.ownership))",
        "(principal is User && resource.owners.containsAll(principal.ownership))",
        "(principal is User && resource.owners.contains(principal.ref))",
        "(principal is User && resource.ref == principal.ref)",
        "(principal is User && resource.annotations.hasTag(principal.ref))",
        "(principal is Service && principal.subject == \"ci\")",
        "(principal is Service && principal.subject like \"c*\")",
        "(principal is Service && resource.labels.hasTag(\"x\") && resource.labels.getTag(\"x\") == principal.subject)",
        "(principal is User && principal.ownership.isEmpty())",
        "(principal is Service && resource has system && resource.system == principal.subject)",
        "(principal is Service && resource.ref != principal.subject && !resource.owners.contains(principal.subject))",
        "action == Action::\"catalog.entity.read\"",
        "context == {}",
    ])
}

/// Conditions whose evaluation fails, for some principals or some entities.
fn failing() -> impl Strategy<Value = String> {
    pick(&[
        "9223372036854775807 + 1 == 0",
        "(if principal is Service then 9223372036854775807 + 1 == 0 else true)",
        "(resource.kind == \"api\" && 9223372036854775807 * 2 == 0)",
        "(if resource has type then 9223372036854775807 + 1 > 0 else resource.kind == \"component\")",
    ])
}

fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![8 => about_resource(), 4 => about_principal(), 1 => failing()];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
        ]
    })
}

fn policies() -> impl Strategy<Value = String> {
    let policy = (
        prop::sample::select(&["permit", "permit", "forbid"][..]),
        pick(&["principal", "principal", "principal is User", "principal in Group::\"group:default/a\""]),
        pick(&[
            "action == Action::\"catalog.entity.read\"",
            "action in [Action::\"catalog.entity.read\", Action::\"catalog.entity.delete\"]",
            "action == Action::\"catalog.entity.refresh\"",
        ]),
        pick(&["resource", "resource", "resource is Entity", "resource == Entity::\"api:default/shop\""]),
        pick(&["when", "when", "unless"]),
        conditions(),
    );
    prop::collection::vec(policy, 1..5).prop_map(|policies| {
        let mut text = String::new();
        for (at, (effect, principal, action, resource, clause, condition)) in policies.into_iter().enumerate()
        {
            writeln!(
                text,
                "@id(\"p{at}\") {effect} ({principal}, {action}, {resource}) {clause} {{ {condition} }};"
            )
            .expect("writing to a string");
        }
        text
    })
}

/// Cedar's own answer, with any evaluation error counted as a denial.
fn judge(text: &str, principal: &Principal, entity: &Attributes, action: &str) -> (bool, BTreeSet<String>) {
    let (who, attributes, parents) = match principal {
        Principal::User(user) => (
            json!({ "type": "User", "id": user.entity_ref() }),
            json!({ "ref": user.entity_ref(), "ownership": user.ownership() }),
            user.groups().iter().map(|group| json!({ "type": "Group", "id": group })).collect(),
        ),
        Principal::Service(service) => (
            json!({ "type": "Service", "id": service.subject() }),
            json!({ "subject": service.subject() }),
            Vec::<Value>::new(),
        ),
        Principal::Nobody(_) => unreachable!("strangers are not generated"),
    };
    let id = &entity.entity_ref;
    let mut attrs = json!({
        "ref": id, "kind": id.kind(), "namespace": id.namespace(), "name": id.name(),
        "owners": entity.owners, "tags": entity.tags,
        "labels": { "__entity": { "type": "Labels", "id": id } },
        "annotations": { "__entity": { "type": "Annotations", "id": id } },
    });
    let optional = [
        ("type", entity.spec_type.clone()),
        ("lifecycle", entity.lifecycle.clone()),
        ("system", entity.system.as_ref().map(ToString::to_string)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            attrs[name] = value.into();
        }
    }
    let everything = json!([
        { "uid": who, "attrs": attributes, "parents": parents },
        { "uid": { "type": "Entity", "id": id }, "attrs": attrs, "parents": [] },
        { "uid": { "type": "Labels", "id": id }, "attrs": {}, "parents": [], "tags": entity.labels },
        { "uid": { "type": "Annotations", "id": id }, "attrs": {}, "parents": [], "tags": entity.annotations },
    ]);
    let (schema, _) = Schema::from_cedarschema_str(&policy::schema_text()).expect("the schema");
    let everything = Entities::from_json_value(everything, Some(&schema)).expect("entities fit the schema");
    let uid = |value: Value| EntityUid::from_json(value).expect("an id");
    let request = Request::new(
        uid(who),
        uid(json!({ "type": "Action", "id": action })),
        uid(json!({ "type": "Entity", "id": id })),
        Context::empty(),
        Some(&schema),
    )
    .expect("the request fits the schema");
    let mut set = PolicySet::new();
    for policy in text.parse::<PolicySet>().expect("policies").policies() {
        let id = policy.annotation("id").expect("an id").parse().expect("an id");
        set.add(policy.new_id(id)).expect("ids differ");
    }
    let response = Authorizer::new().is_authorized(&request, &set, &everything);
    let failed: BTreeSet<String> = response
        .diagnostics()
        .errors()
        .map(|error| {
            let AuthorizationError::PolicyEvaluationError(error) = error;
            error.policy_id().to_string()
        })
        .collect();
    if !failed.is_empty() {
        return (false, failed);
    }
    let mut reason: BTreeSet<String> = response.diagnostics().reason().map(ToString::to_string).collect();
    if reason.is_empty() {
        reason.insert("noPolicyAllows".to_owned());
    }
    (response.decision() == Decision::Allow, reason)
}

fn decide<A: Action<Resource = model::EntityRef>>(
    engine: &Engine,
    principal: &Principal,
    entity: &Attributes,
) -> (bool, BTreeSet<String>) {
    let ledger = Memory::default();
    let answer = now(engine.decide::<A>(principal, entity).settle(&ledger, &facts()));
    assert!(matches!(answer, Ok(_) | Err(Refusal::Hidden | Refusal::Forbidden { .. })), "{answer:?}");
    (answer.is_ok(), ledger.only().0.reason.iter().map(ToString::to_string).collect())
}

proptest! {
    #[test]
    fn a_scope_holds_exactly_where_cedar_allows(
        text in policies(),
        principals in prop::collection::vec(principals(), 3),
        entities in prop::collection::vec(entities(), 8),
    ) {
        let engine = match crate::world::load(&text) {
            Ok(engine) => engine,
            Err(errors) => {
                // A generated condition can be one that never holds, which is refused like a typo.
                for error in errors.iter() {
                    prop_assert!(error.message.contains("impossible"), "{error}\n{text}");
                }
                return Ok(());
            }
        };
        for principal in &principals {
            let ledger = Memory::default();
            let scope = now(engine.scope::<ReadEntity>(principal).settle(&ledger, &facts()))
                .expect("who is signed in gets a scope");
            for entity in &entities {
                let (allowed, reason) = judge(&text, principal, entity, "catalog.entity.read");
                prop_assert_eq!(
                    scope.predicate().matches(&[], entity), allowed,
                    "{}\n{:?}\n{:?}\n{:?}", text, principal, entity, scope
                );
                prop_assert_eq!(decide::<ReadEntity>(&engine, principal, entity), (allowed, reason));
                prop_assert_eq!(
                    decide::<DeleteEntity>(&engine, principal, entity),
                    judge(&text, principal, entity, "catalog.entity.delete")
                );
                prop_assert_eq!(
                    decide::<RefreshEntity>(&engine, principal, entity),
                    judge(&text, principal, entity, "catalog.entity.refresh")
                );
            }
        }
    }
}
