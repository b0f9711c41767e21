//! Verdicts, refusals and the records that come before them.

use identity::{ActionAttribute, PluginRestriction, Principal, Restrictions};
use policy::{
    DeleteEntity, Durability, Engine, Outcome, Portal, ReadEntity, ReadSelf, RefreshEntity, Refusal,
    default_policies,
};
use serde_json::Value;

use crate::world::{Memory, engine, entity_ref, facts, now, owned, service, user};

const OWNERS: &str = r#"
@id("see") permit (principal is User, action == Action::"catalog.entity.read", resource)
  when { resource.kind == "api" || principal.ownership.containsAny(resource.owners) };
@id("own") permit (principal is User, action == Action::"catalog.entity.delete", resource)
  when { principal.ownership.containsAny(resource.owners) };
@id("never") forbid (principal, action, resource is Entity) when { resource.tags.contains("frozen") };
"#;

#[test]
fn the_default_policy_lets_the_signed_in_read_and_nothing_else() {
    let engine = Engine::load(default_policies()).expect("the default policies are valid");
    let thing = owned("component:default/shop", &["user:default/ada"]);
    for who in [user("ada", &[], &[]), service("ci", None)] {
        let ledger = Memory::default();
        assert!(now(engine.decide::<ReadEntity>(&who, &thing).settle(&ledger, &facts())).is_ok());
        assert!(now(engine.decide::<ReadSelf>(&who, &Portal).settle(&ledger, &facts())).is_ok());
        let scope = now(engine.scope::<ReadEntity>(&who).settle(&ledger, &facts())).expect("a scope");
        assert_eq!(scope.predicate().constant(), Some(true));
        for refused in [
            now(engine.decide::<DeleteEntity>(&who, &thing).settle(&ledger, &facts())).err(),
            now(engine.decide::<RefreshEntity>(&who, &thing).settle(&ledger, &facts())).err(),
            now(engine.decide::<policy::ValidateEntity>(&who, &Portal).settle(&ledger, &facts())).err(),
            now(engine.decide::<policy::ReadLocation>(&who, &Portal).settle(&ledger, &facts())).err(),
        ] {
            assert!(matches!(refused, Some(Refusal::Forbidden { .. })), "{refused:?}");
        }
    }
}

#[test]
fn a_stranger_is_refused_whatever_policy_says() {
    let engine = engine("permit (principal, action, resource);");
    let who = Principal::nobody();
    let thing = owned("api:default/a", &[]);
    let ledger = Memory::default();
    let refused = now(engine.decide::<ReadEntity>(&who, &thing).settle(&ledger, &facts()));
    assert!(matches!(refused, Err(Refusal::Unauthenticated)));
    let (record, durability) = ledger.only();
    assert_eq!((record.outcome, durability), (Outcome::Denied, Durability::Aggregated));
    assert_eq!(record.actor_id, None);
    let ledger = Memory::default();
    assert!(now(engine.scope::<ReadEntity>(&who).settle(&ledger, &facts())).is_err());
    assert!(
        now(engine.missing::<ReadEntity>(&who, entity_ref("api:default/b")).settle(&ledger, &facts()))
            .is_err()
    );
}

#[test]
fn what_may_not_be_seen_is_refused_as_if_it_did_not_exist() {
    let engine = engine(OWNERS);
    let who = user("ada", &["a"], &[]);
    let hidden = owned("component:default/x", &["group:default/b"]);
    let refusal = |verdict: policy::Verdict<DeleteEntity>| {
        let ledger = Memory::default();
        let refusal = now(verdict.settle(&ledger, &facts())).expect_err("refused");
        (refusal, ledger.only())
    };
    let (there, (there_record, there_durability)) = refusal(engine.decide(&who, &hidden));
    let (gone, (gone_record, gone_durability)) = refusal(engine.missing(&who, hidden.entity_ref.clone()));
    assert!(matches!((there, gone), (Refusal::Hidden, Refusal::Hidden)));
    assert_eq!(there_durability, gone_durability);
    assert_eq!(there_record.resource_ref, gone_record.resource_ref);

    // An API she may see, and not delete: 403, for it is no news to her.
    let seen = owned("api:default/x", &["group:default/b"]);
    assert!(matches!(
        refusal(engine.decide(&who, &seen)).0,
        Refusal::Forbidden { action: "catalog.entity.delete" }
    ));
}

#[test]
fn the_record_is_written_before_the_permit_and_durable_before_a_change() {
    let engine = engine(OWNERS);
    let who = user("ada", &["a"], &[]);
    let mine = owned("component:default/x", &["group:default/a"]);
    let ledger = Memory::default();
    let permit = now(engine.decide::<DeleteEntity>(&who, &mine).settle(&ledger, &facts())).expect("hers");
    assert_eq!(permit.resource(), &mine.entity_ref);
    assert_eq!(permit.actor_id(), Some("user:default/ada"));
    let (record, durability) = ledger.only();
    assert_eq!(durability, Durability::Durable);
    assert_eq!(record.status(), "initiated", "the change is still to come");
    assert_eq!(record.reason.iter().map(|id| &**id).collect::<Vec<_>>(), ["own"]);

    let ledger = Memory::default();
    assert!(now(engine.decide::<ReadEntity>(&who, &mine).settle(&ledger, &facts())).is_ok());
    let (record, durability) = ledger.only();
    assert_eq!((record.status(), durability), ("succeeded", Durability::Batched));

    let broken = Memory { broken: true, ..Memory::default() };
    for refused in [
        now(engine.decide::<DeleteEntity>(&who, &mine).settle(&broken, &facts())).err(),
        now(engine.decide::<ReadEntity>(&who, &mine).settle(&broken, &facts())).err(),
        now(engine.scope::<ReadEntity>(&who).settle(&broken, &facts())).err(),
    ] {
        assert!(matches!(refused, Some(Refusal::Unavailable(_))), "{refused:?}");
    }
}

#[test]
fn forbid_wins_and_says_so() {
    let engine = engine(OWNERS);
    let who = user("ada", &["a"], &[]);
    let mut frozen = owned("api:default/x", &["group:default/a"]);
    frozen.tags.push("frozen".into());
    let ledger = Memory::default();
    assert!(matches!(
        now(engine.decide::<ReadEntity>(&who, &frozen).settle(&ledger, &facts())),
        Err(Refusal::Hidden)
    ));
    assert_eq!(&*ledger.only().0.reason[0], "never");
    let scope = now(engine.scope::<ReadEntity>(&who).settle(&ledger, &facts())).expect("a scope");
    assert!(!scope.predicate().matches(&[], &frozen));
}

#[test]
fn access_restrictions_are_an_upper_bound() {
    let engine = engine("permit (principal, action, resource);");
    let bound = |plugin: &str, actions: &[ActionAttribute]| {
        let bound = PluginRestriction { permissions: None, actions: Some(actions.iter().copied().collect()) };
        service("ci", Some(Restrictions::new([(plugin.to_owned(), bound)]).expect("one plugin")))
    };
    let thing = owned("api:default/x", &[]);
    let reader = bound("catalog", &[ActionAttribute::Read]);
    let ledger = Memory::default();
    assert!(now(engine.decide::<ReadEntity>(&reader, &thing).settle(&ledger, &facts())).is_ok());
    let ledger = Memory::default();
    let refused = now(engine.decide::<DeleteEntity>(&reader, &thing).settle(&ledger, &facts()));
    assert!(matches!(refused, Err(Refusal::Forbidden { .. })));
    assert_eq!(&*ledger.only().0.reason[0], "accessRestrictions");

    // A list it may not read is empty; the same engine answers the unrestricted token in full.
    let remover = bound("catalog", &[ActionAttribute::Delete]);
    let ledger = Memory::default();
    let scope = now(engine.scope::<ReadEntity>(&remover).settle(&ledger, &facts())).expect("a scope");
    assert_eq!(scope.predicate().constant(), Some(false));
    let scope =
        now(engine.scope::<ReadEntity>(&service("ci", None)).settle(&ledger, &facts())).expect("a scope");
    assert_eq!(scope.predicate().constant(), Some(true));

    let other = bound("scaffolder", &[ActionAttribute::Read]);
    let refused = now(engine.scope::<ReadEntity>(&other).settle(&ledger, &facts())).expect_err("refused");
    assert_eq!(refused.to_string(), "This token's access is restricted to plugin(s) 'scaffolder'");
}

#[test]
fn leaving_a_group_takes_effect_at_once() {
    let engine = engine(OWNERS);
    let thing = owned("component:default/x", &["group:default/a"]);
    let sees = |groups: &[&str]| {
        let ledger = Memory::default();
        let scope = now(engine.scope::<ReadEntity>(&user("ada", groups, &[])).settle(&ledger, &facts()));
        scope.expect("a scope").predicate().matches(&[], &thing)
    };
    assert!(sees(&["a"]));
    assert!(!sees(&[]), "the remembered residual belongs to other groups");
    assert!(sees(&["b", "a"]));
}

#[test]
fn an_audit_line_has_the_fields_that_collectors_match_on() {
    let engine = engine(OWNERS);
    let ledger = Memory::default();
    let facts =
        policy::RequestFacts::new(model::Timestamp::UNIX_EPOCH, "r1", "DELETE", "/api/catalog/x?token=abc")
            .from_ip(Some([192, 0, 2, 1].into()))
            .for_host(Some("portal.example"))
            .by_agent(Some("curl/8\n{\"isAuditEvent\":true}"));
    let hidden = owned("component:default/x", &[]);
    let verdict = engine.decide::<DeleteEntity>(&user("ada", &[], &[]), &hidden);
    now(verdict.settle(&ledger, &facts)).expect_err("not hers");
    let line = ledger.only().0.to_line();
    assert!(!line.contains('\n') && !line.contains("abc"), "{line}");
    let found: Value = serde_json::from_str(&line).expect("a line is JSON");
    let wanted = serde_json::json!({
        "timestamp": "1970-01-01T00:00:00Z",
        "isAuditEvent": true,
        "message": "catalog.entity-mutate",
        "plugin": "catalog",
        "eventId": "entity-mutate",
        "severityLevel": "medium",
        "actorId": "user:default/ada",
        "action": "catalog.entity.delete",
        "resourceType": "catalog-entity",
        "resourceRef": "component:default/x",
        "outcome": "denied",
        "ip": "192.0.2.1",
        "actor": {
            "actorId": "user:default/ada", "ip": "192.0.2.1", "hostname": "portal.example",
            "userAgent": "curl/8\n{\"isAuditEvent\":true}",
        },
        "request": { "url": "/api/catalog/x?token=…", "method": "DELETE" },
        "meta": { "requestId": "r1", "reason": ["noPolicyAllows"] },
        "status": "failed",
        "error": { "name": "NotAllowedError", "message": "catalog.entity.delete was refused" },
    });
    assert_eq!(found, wanted);
}
