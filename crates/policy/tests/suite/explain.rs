//! What callers are told they may do is what would be decided.

use policy::{Allowed, Engine, Explained, Portal, ReadSelf, default_policies};

use crate::world::{Memory, engine, facts, now, user};

fn explained(engine: &Engine, name: &str) -> Vec<Explained> {
    let ledger = Memory::default();
    let permit =
        now(engine.decide::<ReadSelf>(&user(name, &["team"], &[]), &Portal).settle(&ledger, &facts()));
    engine.explain(&permit.expect("she may see what she may do"))
}

fn of<'e>(explained: &'e [Explained], action: &str) -> &'e Explained {
    explained.iter().find(|found| found.action.name() == action).expect("every action is explained")
}

#[test]
fn the_default_policy_is_explained_as_it_decides() {
    let engine = Engine::load(default_policies()).expect("the default policies are valid");
    let explained = explained(&engine, "ada");
    assert_eq!(explained.len(), policy::ACTIONS.len());
    let read = of(&explained, "catalog.entity.read");
    assert!(matches!(read.allowed, Allowed::Everything));
    assert_eq!(read.policies, ["default.read-entities".into()]);
    for refused in ["catalog.entity.delete", "catalog.location.read"] {
        let refused = of(&explained, refused);
        assert!(matches!(refused.allowed, Allowed::Nothing) && refused.policies.is_empty(), "{refused:?}");
    }
}

#[test]
fn a_condition_is_told_as_a_predicate_with_its_policies() {
    let engine = engine(
        r#"
        @id("self") permit (principal, action == Action::"stagedoor.self.read", resource);
        @id("own") permit (principal is User, action == Action::"catalog.entity.read", resource)
          when { principal.ownership.containsAny(resource.owners) };
        "#,
    );
    let explained = explained(&engine, "ada");
    let read = of(&explained, "catalog.entity.read");
    let Allowed::Where(predicate) = &read.allowed else { panic!("{read:?}") };
    let things = [("user:default/ada", true), ("group:default/team", true), ("group:default/other", false)];
    for (owner, expected) in things {
        let thing = crate::world::owned("component:default/shop", &[owner]);
        assert_eq!(predicate.matches(&[], &thing), expected, "{owner}");
    }
    assert_eq!(read.policies, ["own".into()]);
}
