//! The policies under which the reference was recorded.

use policy::{DeleteEntity, Engine, ReadEntity, RefreshEntity};

use crate::world::{Memory, engine, facts, now, owned, service, user};

fn phase(name: &str) -> Engine {
    let path = format!("{}/../testkit/policies/{name}.cedar", env!("CARGO_MANIFEST_DIR"));
    engine(&std::fs::read_to_string(path).expect("the phase's file"))
}

/// Whether reading, refreshing and deleting are allowed: what is hers, what is not; and to a service.
fn table(engine: &Engine) -> [[bool; 3]; 3] {
    let (guest, ci) = (user("guest", &["guests"], &[]), service("ref-cli", None));
    let mine = owned("component:default/mine", &["group:default/guests"]);
    let other = owned("component:default/other", &["group:default/others"]);
    [(&guest, &mine), (&guest, &other), (&ci, &other)].map(|(who, thing)| {
        let ledger = Memory::default();
        let scope = now(engine.scope::<ReadEntity>(who).settle(&ledger, &facts())).expect("a scope");
        let read = now(engine.decide::<ReadEntity>(who, thing).settle(&ledger, &facts())).is_ok();
        assert_eq!(scope.predicate().matches(&[], thing), read);
        [
            read,
            now(engine.decide::<RefreshEntity>(who, thing).settle(&ledger, &facts())).is_ok(),
            now(engine.decide::<DeleteEntity>(who, thing).settle(&ledger, &facts())).is_ok(),
        ]
    })
}

#[test]
fn the_phases_allow_what_they_were_recorded_with() {
    assert_eq!(table(&phase("main")), [[true; 3]; 3]);
    assert_eq!(table(&phase("mixed")), [[true; 3], [true, false, false], [true; 3]]);
    assert_eq!(table(&phase("owner")), [[true; 3], [false; 3], [true; 3]]);
}
