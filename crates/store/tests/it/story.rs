//! What a catalog and its sessions go through, told on every engine.

use std::sync::Arc;

use identity::SessionKind;
use model::{Change, Clock, EntityRef, Sequence, StoredEntity};
use store::{Feed, NewSession, Store, StoreError};

use time::Duration;
use uuid::Uuid;

use crate::world::{Engine, TestClock, entity, entity_ref, hash};

fn upserts(entities: impl IntoIterator<Item = StoredEntity>) -> Change {
    Change { upserts: entities.into_iter().collect(), deletes: Vec::new() }
}

fn deletes(refs: &[&str]) -> Change {
    Change { upserts: Vec::new(), deletes: refs.iter().map(|text| entity_ref(text)).collect() }
}

async fn scanned(store: &Store) -> (Sequence, Vec<StoredEntity>) {
    let mut all = Vec::new();
    let sequence = store.scan(|entity| all.push(entity)).await.expect("a scan");
    let mut served = Vec::new();
    assert_eq!(store.scan_served(|one| served.push(one)).await.expect("a scan"), sequence);
    let facts = |entity: &StoredEntity| {
        (entity.entity_ref.clone(), entity.uid.to_string(), entity.body.clone(), entity.parents.clone())
    };
    let of_served = |one: store::Served| (one.entity_ref, one.uid, one.body, one.parents.to_vec());
    let mut served: Vec<_> = served.into_iter().map(of_served).collect();
    let mut whole: Vec<_> = all.iter().map(facts).collect();
    served.sort();
    whole.sort();
    assert_eq!(served, whole, "both scans tell the same");
    all.sort_by(|a, b| a.entity_ref.cmp(&b.entity_ref));
    (sequence, all)
}

fn conflict(result: Result<Sequence, StoreError>) -> Vec<String> {
    match result {
        Err(StoreError::Conflict { refs }) => refs,
        other => panic!("no conflict: {other:?}"),
    }
}

#[tokio::test]
async fn entities_are_kept_and_followed() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        assert_eq!(scanned(&store).await, (0, vec![]), "{engine}");
        assert_eq!(
            store.changes_since(0, 10).await.expect("empty"),
            Feed::Changes { changes: vec![], upto: 0 }
        );

        let first = upserts([entity("a", 1), entity("b", 1), entity("c", 1)]);
        assert_eq!(store.apply(&first).await.expect("written"), 1, "{engine}");
        assert_eq!(store.apply(&upserts([entity("b", 2), entity("d", 1)])).await.expect("written"), 2);
        assert_eq!(store.apply(&Change::default()).await.expect("nothing to do"), 2);

        let store = engine.reopen(store, &clock).await;
        let (sequence, all) = scanned(&store).await;
        assert_eq!(sequence, 2, "{engine}");
        assert_eq!(all, [entity("a", 1), entity("b", 2), entity("c", 1), entity("d", 1)], "{engine}");

        let gone = deletes(&["component:default/a", "component:default/never-was"]);
        assert_eq!(store.apply(&gone).await.expect("deleted"), 3);
        let expected = vec![
            (1, upserts([entity("c", 1)])),
            (2, upserts([entity("b", 2), entity("d", 1)])),
            (3, deletes(&["component:default/a"])),
        ];
        assert_eq!(
            store.changes_since(0, 100).await.expect("a feed"),
            Feed::Changes { changes: expected.clone(), upto: 3 },
            "{engine}"
        );
        // In steps of one row; a change is never split.
        let mut at = 0;
        let mut followed = Vec::new();
        while let Feed::Changes { changes, upto } = store.changes_since(at, 1).await.expect("a feed") {
            if changes.is_empty() {
                break;
            }
            followed.extend(changes);
            at = upto;
        }
        assert_eq!(followed, expected, "{engine}");

        // Back again under a new uid: no trace of the deletion is left to undo it.
        let reborn = StoredEntity { uid: "uid-2".into(), ..entity("a", 9) };
        assert_eq!(store.apply(&upserts([reborn.clone()])).await.expect("written"), 4);
        let Feed::Changes { changes, .. } = store.changes_since(3, 10).await.expect("a feed") else {
            panic!("{engine}: nothing was forgotten")
        };
        assert_eq!(changes, [(4, upserts([reborn]))], "{engine}");
    }
}

#[tokio::test]
async fn a_ref_belongs_to_whoever_came_first() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        store.apply(&upserts([entity("a", 1), entity("b", 1)])).await.expect("written");
        let before = scanned(&store).await;

        let thief = StoredEntity { uid: "another".into(), ..entity("a", 2) };
        let change = Change {
            upserts: vec![entity("new", 1), thief.clone()],
            deletes: vec![entity_ref("component:default/b")],
        };
        assert_eq!(conflict(store.apply(&change).await), ["component:default/a"], "{engine}");
        assert_eq!(scanned(&store).await, before, "{engine}: nothing of it was kept, no number used");

        // A writer whose view is old.
        store.apply(&upserts([entity("a", 3)])).await.expect("written");
        let late = StoredEntity { location_key: "file:./elsewhere".into(), ..entity("a", 4) };
        assert_eq!(
            conflict(store.apply_from(&upserts([late.clone()]), 1).await),
            ["component:default/a"],
            "{engine}"
        );
        let delete = deletes(&["component:default/a"]);
        assert_eq!(conflict(store.apply_from(&delete, 1).await), ["component:default/a"], "{engine}");
        assert_eq!(store.apply_from(&upserts([late.clone()]), 2).await.expect("a fresh view"), 3);

        // Replaced in one change.
        let replace = Change { upserts: vec![thief.clone()], deletes: vec![thief.entity_ref.clone()] };
        assert_eq!(store.apply(&replace).await.expect("written"), 4, "{engine}");
        assert_eq!(scanned(&store).await.1, [thief, entity("b", 1)], "{engine}");

        let twice = upserts([entity("x", 1), entity("x", 2)]);
        assert!(matches!(store.apply(&twice).await, Err(StoreError::Repeated(name)) if name.ends_with("/x")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_get_numbers_without_gaps() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..40 {
            let store = Arc::clone(&store);
            writers.spawn(async move {
                // All want `shared`, each under a uid of its own; one gets it.
                let shared = StoredEntity { uid: format!("uid-{n}").into(), ..entity("shared", n) };
                let own = store.apply(&upserts([entity(&format!("own-{n}"), 1)])).await.expect("no conflict");
                (own, store.apply(&upserts([shared])).await.ok())
            });
        }
        let (own, shared): (Vec<_>, Vec<_>) = writers.join_all().await.into_iter().unzip();
        let mut numbers: Vec<_> = own.into_iter().chain(shared.iter().copied().flatten()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=41).collect::<Vec<Sequence>>(), "{engine}");
        assert_eq!(shared.iter().flatten().count(), 1, "{engine}");
        assert_eq!(scanned(&store).await.1.len(), 41, "{engine}");
    }
}

#[tokio::test]
async fn a_large_change_is_one_change() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let many: Vec<_> = (0..1_237).map(|n| entity(&format!("e{n}"), 1)).collect();
        assert_eq!(store.apply(&upserts(many.clone())).await.expect("written"), 1, "{engine}");
        assert_eq!(scanned(&store).await.1.len(), many.len(), "{engine}");
        let refs: Vec<EntityRef> = many.iter().map(|entity| entity.entity_ref.clone()).collect();
        let all_gone = Change { upserts: Vec::new(), deletes: refs };
        assert_eq!(store.apply(&all_gone).await.expect("deleted"), 2, "{engine}");
        let Feed::Changes { changes, upto } = store.changes_since(0, 5).await.expect("a feed") else {
            panic!("{engine}: nothing was forgotten")
        };
        assert_eq!((changes.len(), changes[0].1.deletes.len(), upto), (1, many.len(), 2), "{engine}");
    }
}

#[tokio::test]
async fn a_nul_in_a_target_holds_nothing_up() {
    for engine in Engine::all() {
        let store = engine.open(&TestClock::new()).await;
        let odd = StoredEntity { location_key: "url:https://x/\0".into(), ..entity("odd", 1) };
        store
            .apply(&upserts([odd, entity("a", 1)]))
            .await
            .unwrap_or_else(|error| panic!("{engine}: {error:?}"));
        let kept = scanned(&store).await.1;
        assert_eq!((kept.len(), &*kept[1].location_key), (2, "url:https://x/\u{fffd}"), "{engine}");
    }
}

#[tokio::test]
async fn followers_that_slept_too_long_start_over() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        store.apply(&upserts([entity("a", 1), entity("b", 1)])).await.expect("written");
        store.apply(&deletes(&["component:default/a"])).await.expect("deleted");
        clock.forward(Duration::hours(2));
        store.apply(&deletes(&["component:default/b"])).await.expect("deleted");
        let an_hour_ago = clock.now() - Duration::hours(1);
        assert_eq!(store.prune_tombstones(an_hour_ago).await.expect("pruned"), 1, "{engine}");
        assert_eq!(store.prune_tombstones(an_hour_ago).await.expect("pruned"), 0, "{engine}");

        let store = engine.reopen(store, &clock).await;
        assert_eq!(store.changes_since(1, 10).await.expect("a feed"), Feed::Restart, "{engine}");
        let left = Feed::Changes { changes: vec![(3, deletes(&["component:default/b"]))], upto: 3 };
        assert_eq!(store.changes_since(2, 10).await.expect("a feed"), left, "{engine}");
        // A number of another database's future: ours was restored from a backup.
        assert_eq!(store.changes_since(4, 10).await.expect("a feed"), Feed::Restart, "{engine}");
    }
}

#[tokio::test]
async fn sessions_begin_are_used_and_end() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let ada = entity_ref("user:default/ada");
        let begin = |n: u8, kind, hours| NewSession {
            id: Uuid::from_u128(n.into()),
            token: hash(n),
            user: ada.clone(),
            kind,
            expires_at: clock.now() + Duration::hours(hours),
            user_agent: Some("Mozilla\0/5.0 ".repeat(100)),
            ip: Some("2001:db8::1".into()),
            provider: None,
            environment: None,
            scope: None,
            sealed: None,
        };
        let page = begin(1, SessionKind::Page, 8);
        store.create_session(&page).await.expect("begun");
        store.create_session(&begin(2, SessionKind::Bearer, 1)).await.expect("begun");
        assert!(store.create_session(&page).await.is_err(), "{engine}: a token names one session");

        let store = engine.reopen(store, &clock).await;
        let find = async |n: u8| store.session_by_token_hash(&hash(n)).await.expect("asked");
        let found = find(1).await.expect("it is there");
        assert_eq!((found.id, &found.user, found.kind), (page.id, &ada, SessionKind::Page), "{engine}");
        assert_eq!((found.created_at, found.expires_at), (clock.now(), page.expires_at));
        assert!(found.user_agent.as_ref().is_some_and(|agent| agent.len() <= 256 && !agent.contains('\0')));
        assert!(find(3).await.is_none(), "{engine}");

        clock.forward(Duration::seconds(59));
        store.touch_session(&found).await.expect("touched");
        assert_eq!(find(1).await.expect("there").seen_at, found.seen_at, "{engine}: within the minute");
        clock.forward(Duration::seconds(1));
        store.touch_session(&found).await.expect("touched");
        assert_eq!(find(1).await.expect("there").seen_at, clock.now(), "{engine}");

        assert_eq!(store.sessions_of(&ada).await.expect("asked").len(), 2, "{engine}");
        clock.forward(Duration::hours(1));
        assert!(find(2).await.is_none(), "{engine}: its time is over");
        assert_eq!(store.sessions_of(&ada).await.expect("asked").len(), 1, "{engine}");
        assert_eq!(store.prune_sessions().await.expect("pruned"), 1, "{engine}");
        assert!(store.end_session(page.id).await.expect("ended"), "{engine}");
        assert!(!store.end_session(page.id).await.expect("asked"), "{engine}");
        assert!(find(1).await.is_none(), "{engine}");
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_and_not_skipped() {
    let Some(engine) = Engine::postgres() else { return };
    let clock = TestClock::new();
    let store = engine.open(&clock).await;
    store.apply(&upserts([entity("a", 1), entity("it's", 1)])).await.expect("written");
    for (column, value) in
        [("edges", "[[1]]"), ("body", "{\"cut"), ("parents", "[\"no ref\"]"), ("problems", "{}")]
    {
        let name = "component:default/it''s";
        let old =
            engine.sql(&format!("SELECT {column} FROM entities WHERE ref = '{name}'")).expect("PostgreSQL");
        engine.sql(&format!("UPDATE entities SET {column} = $x${value}$x$ WHERE ref = '{name}'"));
        let error = store.scan(|_| ()).await.expect_err("a broken row").to_string();
        assert!(error.contains("`component:default/it's`"), "{error}");
        assert!(error.contains(&format!("(column {column})")), "{error}");
        assert!(error.contains("DELETE FROM entities WHERE ref = 'component:default/it''s'"), "{error}");
        engine.sql(&format!("UPDATE entities SET {column} = $x${}$x$ WHERE ref = '{name}'", old.trim_end()));
    }
    assert_eq!(scanned(&store).await.1.len(), 2);
}
