//! Keys take turns: of many that are made for one turn, one is kept.

use std::sync::Arc;

use model::Clock;
use store::{KeptKey, Store, StoreError};
use time::Duration;

use crate::world::{Engine, TestClock};

fn key(id: &str, clock: &TestClock) -> KeptKey {
    KeptKey { id: id.into(), made_at: clock.now(), sealed: format!("sealed {id}") }
}

async fn ids(store: &Store, ring: &str) -> Vec<String> {
    store.signing_keys(ring).await.expect("asked").into_iter().map(|key| key.id).collect()
}

#[tokio::test]
async fn keys_are_kept_by_ring_sealed_anew_and_removed() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let put = async |ring: &str, id: &str, known: Option<&str>| {
            clock.forward(Duration::HOUR);
            store.put_signing_key(ring, &key(id, &clock), known).await.expect("asked")
        };
        assert!(!put("user", "a", Some("z")).await, "{engine}: there is none of that name");
        assert!(put("user", "a", None).await, "{engine}");
        assert!(!put("user", "b", None).await, "{engine}: there is one already");
        assert!(put("plugin", "p", None).await, "{engine}: another ring");
        assert!(!put("user", "p", Some("a")).await, "{engine}: a name is taken once");
        assert!(put("user", "b", Some("a")).await, "{engine}");
        assert!(!put("user", "c", Some("a")).await, "{engine}: it is not the newest any more");
        assert!(put("user", "c", Some("b")).await, "{engine}");
        assert_eq!(ids(&store, "user").await, ["a", "b", "c"], "{engine}: newest last");

        let store = engine.reopen(store, &clock).await;
        assert!(store.reseal_signing_key("b", "sealed anew").await.expect("asked"), "{engine}");
        assert!(!store.reseal_signing_key("none", "sealed anew").await.expect("asked"), "{engine}");
        let kept = store.signing_keys("user").await.expect("asked");
        let sealed: Vec<_> = kept.iter().map(|key| key.sealed.as_str()).collect();
        assert_eq!(sealed, ["sealed a", "sealed anew", "sealed c"], "{engine}");
        assert_eq!(kept[2].made_at, clock.now(), "{engine}");

        let gone = ["b".to_owned(), "a".to_owned(), "none".to_owned()];
        assert_eq!(store.remove_signing_keys(&gone).await.expect("removed"), 2, "{engine}");
        assert_eq!(store.remove_signing_keys(&[]).await.expect("nothing to do"), 0, "{engine}");
        clock.forward(Duration::HOUR);
        assert!(!store.put_signing_key("user", &key("d", &clock), None).await.expect("asked"), "{engine}");
        assert!(
            store.put_signing_key("user", &key("d", &clock), Some("c")).await.expect("asked"),
            "{engine}"
        );
        assert_eq!((ids(&store, "user").await.len(), ids(&store, "plugin").await.len()), (2, 1), "{engine}");
        // After a long sleep all of a ring are gone, and it starts again.
        let all = ["c".to_owned(), "d".to_owned()];
        assert_eq!(store.remove_signing_keys(&all).await.expect("removed"), 2, "{engine}");
        assert!(
            !store.put_signing_key("user", &key("e", &clock), Some("d")).await.expect("asked"),
            "{engine}"
        );
        assert!(store.put_signing_key("user", &key("e", &clock), None).await.expect("asked"), "{engine}");
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let long = "x".repeat(129);
        let sealed = KeptKey { sealed: "x".repeat(200_000), ..key("a", &clock) };
        for (column, ring, key) in [
            ("ring", long.as_str(), key("a", &clock)),
            ("id", "user", key(&long, &clock)),
            ("sealed", "user", sealed.clone()),
        ] {
            let error = store.put_signing_key(ring, &key, None).await.expect_err(column);
            assert!(matches!(error, StoreError::Unfit { column: at, .. } if at == column), "{error:?}");
        }
        assert!(store.reseal_signing_key("a", &sealed.sealed).await.is_err(), "{engine}");
        assert!(ids(&store, "user").await.is_empty(), "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_make_a_key_for_a_turn_one_keeps_it() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let mut stores = vec![Arc::new(engine.open(&clock).await)];
        if matches!(engine, Engine::Postgres(..)) {
            stores.push(Arc::new(engine.open(&clock).await));
            stores.push(Arc::new(engine.open(&clock).await));
        }
        let mut newest = None::<String>;
        for turn in 0..4 {
            clock.forward(Duration::HOUR);
            let mut tries = tokio::task::JoinSet::new();
            for n in 0..30 {
                let (store, known) = (Arc::clone(&stores[n % stores.len()]), newest.clone());
                let mut key = key(&format!("{turn}-{n}"), &clock);
                // Clocks differ.
                key.made_at += Duration::microseconds(i64::try_from(n * 7 % 30).expect("few"));
                tries.spawn(async move {
                    let put = store.put_signing_key("user", &key, known.as_deref()).await.expect("asked");
                    put.then_some(key.id)
                });
            }
            let won: Vec<_> = tries.join_all().await.into_iter().flatten().collect();
            assert_eq!(won.len(), 1, "{engine}: turn {turn}");
            let kept = ids(&stores[0], "user").await;
            assert_eq!((kept.len(), kept.last()), (turn + 1, won.first()), "{engine}");
            newest = won.into_iter().next();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_another_replica_has_not_committed_yet_holds_the_turn() {
    let Some(Engine::Postgres(server, database)) = Engine::postgres() else { return };
    let engine = Engine::Postgres(server, database.clone());
    let clock = TestClock::new();
    let store = engine.open(&clock).await;
    assert!(store.put_signing_key("user", &key("a", &clock), None).await.expect("asked"));
    let other = tokio::task::spawn_blocking(move || {
        server.sql(
            &database,
            "BEGIN; INSERT INTO signing_keys (id, ring, made_at, sealed, follows) \
             SELECT 'theirs', ring, made_at + 1, sealed, id FROM signing_keys; SELECT pg_sleep(2); COMMIT",
        )
    });
    let asleep = "SELECT count(*) FROM pg_stat_activity \
                  WHERE wait_event = 'PgSleep' AND datname = current_database()";
    while engine.sql(asleep).expect("PostgreSQL").trim() == "0" {
        assert!(!other.is_finished(), "it sleeps before it commits");
    }
    clock.forward(Duration::HOUR);
    assert!(!store.put_signing_key("user", &key("ours", &clock), Some("a")).await.expect("asked"));
    other.await.expect("committed");
    assert_eq!(ids(&store, "user").await, ["a", "theirs"]);
}
