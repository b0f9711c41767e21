//! Deciding is on the path of every read. Optimised, `cargo test --release -p policy -- --ignored
//! --nocapture speed` measures it.

use std::hint::black_box;

use model::{Clock as _, SystemClock};
use policy::{Durability, ReadEntity};

use crate::world::{Memory, engine, facts, now, owned, user};

const OWNERS: &str = r#"
@id("own") permit (principal is User, action == Action::"catalog.entity.read", resource)
  when { principal.ownership.containsAny(resource.owners) };
@id("public") permit (principal, action == Action::"catalog.entity.read", resource)
  when { resource.labels.hasTag("visibility") && resource.labels.getTag("visibility") == "public" };
@id("never") forbid (principal, action == Action::"catalog.entity.read", resource)
  when { resource.kind == "template" };
"#;

#[expect(clippy::print_stdout, reason = "a measurement is there to be read")]
fn measured(name: &str, rounds: u32, mut run: impl FnMut()) -> time::Duration {
    let start = SystemClock.now();
    for _ in 0..rounds {
        run();
    }
    let each = (SystemClock.now() - start) / rounds;
    println!("{name}: {each:.3}");
    each
}

#[test]
#[ignore = "its bound is that of optimised code on a quiet machine"]
fn speed_of_deciding() {
    let engine = engine(OWNERS);
    let names: Vec<String> = (0..60).map(|n| format!("team-{n}")).collect();
    let who = user("ada", &names.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let thing = owned("component:default/shop", &["group:default/team-7"]);
    let scope = || drop(black_box(engine.scope::<ReadEntity>(&who)));
    let each = measured("scope, remembered, 60 groups", 20_000, scope);
    assert!(each < time::Duration::microseconds(2), "{each}");
    measured("decide, remembered", 20_000, || drop(black_box(engine.decide::<ReadEntity>(&who, &thing))));
    measured("load and first scope", 20, || {
        drop(black_box(crate::world::engine(OWNERS).scope::<ReadEntity>(&who)));
    });
    let ledger = Memory::default();
    let permit = now(engine.decide::<ReadEntity>(&who, &thing).settle(&ledger, &facts()));
    assert!(permit.is_ok());
    let (record, durability) = ledger.only();
    assert_eq!(durability, Durability::Batched);
    measured("audit line", 20_000, || drop(black_box(record.to_line())));
}
