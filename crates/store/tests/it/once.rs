//! What is good once is spent once; proofs find their session for as long as both last.

use std::sync::Arc;

use model::Clock;
use store::StoreError;
use time::Duration;
use uuid::Uuid;

use crate::world::{Engine, TestClock, hash, sign_in};

#[tokio::test]
async fn something_is_spent_once_and_never_late() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let until = clock.now() + Duration::minutes(10);
        assert!(store.spend(&hash(1), until).await.expect("asked"), "{engine}");
        let store = engine.reopen(store, &clock).await;
        assert!(!store.spend(&hash(1), until).await.expect("asked"), "{engine}: twice");
        let is_spent = async |n: u8| store.is_spent(&hash(n)).await.expect("asked");
        assert_eq!((is_spent(1).await, is_spent(2).await), (true, false), "{engine}");
        assert!(store.spend(&hash(2), until + Duration::minutes(10)).await.expect("asked"), "{engine}");
        clock.forward(Duration::minutes(10));
        assert_eq!((is_spent(1).await, is_spent(2).await), (false, true), "{engine}: one is void");
        assert_eq!(store.prune_sessions().await.expect("pruned"), 1, "{engine}");
        assert!(!store.spend(&hash(1), until).await.expect("asked"), "{engine}: forgotten, but late");
        assert!(!store.spend(&hash(3), until).await.expect("asked"), "{engine}: never spent, but late");
        assert!(!store.spend(&hash(2), until + Duration::minutes(10)).await.expect("asked"), "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_that_spend_at_once_one_does() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let mut stores = vec![Arc::new(engine.open(&clock).await)];
        if matches!(engine, Engine::Postgres(..)) {
            stores.push(Arc::new(engine.open(&clock).await));
        }
        let until = clock.now() + Duration::minutes(10);
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..50 {
            let store = Arc::clone(&stores[n % stores.len()]);
            tries.spawn(async move { store.spend(&hash(1), until).await.expect("asked") });
        }
        let spent = tries.join_all().await.into_iter().filter(|spent| *spent).count();
        assert_eq!(spent, 1, "{engine}");
    }
}

#[tokio::test]
async fn a_proof_finds_its_session_until_either_is_over() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let (one, two) = (sign_in(1, "user:default/ada", &clock), sign_in(2, "user:default/ada", &clock));
        store.create_session(&one).await.expect("begun");
        store.create_session(&two).await.expect("begun");
        let until = clock.now() + Duration::minutes(10);
        let put = async |n: u8, id: Uuid| store.put_proof(&hash(n), id, until).await.expect("asked");
        assert!(put(11, one.id).await && put(12, one.id).await && put(21, two.id).await, "{engine}");
        assert!(!put(91, Uuid::from_u128(9)).await, "{engine}: there is no such session");

        let find = async |n: u8| store.session_of_proof(&hash(n)).await.expect("asked");
        assert_eq!((find(11).await, find(12).await), (Some(one.id), Some(one.id)), "{engine}");
        assert_eq!((find(21).await, find(91).await), (Some(two.id), None), "{engine}");
        assert!(store.end_session(one.id).await.expect("ended"), "{engine}");
        assert_eq!((find(11).await, find(12).await), (None, None), "{engine}: gone with their session");
        assert!(!put(13, one.id).await, "{engine}: it has ended");
        assert_eq!(store.end_sessions_of(&two.user, None).await.expect("ended"), [two.id], "{engine}");
        assert_eq!(find(21).await, None, "{engine}");

        let three = sign_in(3, "user:default/ada", &clock);
        store.create_session(&three).await.expect("begun");
        assert!(put(31, three.id).await, "{engine}");
        clock.forward(Duration::minutes(10));
        assert_eq!(find(31).await, None, "{engine}: its own time is over");
        assert_eq!(store.prune_sessions().await.expect("pruned"), 1, "{engine}");
        clock.forward(Duration::hours(8));
        assert!(!put(32, three.id).await, "{engine}: the session's time is over");
    }
}

#[tokio::test]
async fn a_proof_that_cannot_be_read_is_named() {
    let Some(engine) = Engine::postgres() else { return };
    let clock = TestClock::new();
    let store = engine.open(&clock).await;
    store.create_session(&sign_in(1, "user:default/ada", &clock)).await.expect("begun");
    store.put_proof(&hash(1), Uuid::from_u128(1), clock.now() + Duration::HOUR).await.expect("put");
    engine.sql(
        "INSERT INTO sessions SELECT 'x', 'x', user_ref, kind, created_at, expires_at, seen_at FROM sessions; \
         UPDATE proofs SET session_id = 'x'",
    );
    let error = store.session_of_proof(&hash(1)).await.expect_err("a broken row");
    assert!(matches!(error, StoreError::UndecodableRow { table: "proofs", column: "session_id", .. }));
    let text = error.to_string();
    assert!(text.contains("`0101") && text.contains("the table `proofs`"), "{text}");
}
