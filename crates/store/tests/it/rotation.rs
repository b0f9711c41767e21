//! Refresh tokens are good once, whoever presents them at once; an old one betrays its copy.

use std::sync::Arc;

use identity::TokenHash;
use model::Clock;
use proptest::prelude::*;
use store::{JUST_BEFORE, LOST, NextToken, Rotation, Store, StoreError};
use time::Duration;
use uuid::Uuid;

use crate::world::{Engine, TestClock, hash, sign_in};

const ID: Uuid = Uuid::from_u128(1);

/// A hash for each number, none of which [`hash`] makes.
fn numbered(n: usize) -> TokenHash {
    let mut bytes = [0xee; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    TokenHash::from_bytes(bytes)
}

fn next(token: TokenHash) -> NextToken<'static> {
    NextToken { token, sealed: None, scope: None }
}

async fn begun(engine: &Engine, clock: &Arc<TestClock>) -> Store {
    let store = engine.open(clock).await;
    store.create_session(&sign_in(1, "user:default/ada", clock)).await.expect("begun");
    store
}

#[tokio::test]
async fn a_token_is_good_once_forgiven_for_a_while_and_then_betrays_a_copy() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = begun(&engine, &clock).await;
        let rotate = async |store: &Store, presented: u8, to: u8| {
            store.rotate_session(ID, &hash(presented), &next(hash(to)), clock.now()).await.expect("asked")
        };
        clock.forward(Duration::minutes(5));
        assert_eq!(rotate(&store, 1, 2).await, Rotation::Rotated, "{engine}");
        let session = store.session(ID).await.expect("asked").expect("it is there");
        assert_eq!((session.token, session.seen_at), (hash(2), clock.now()), "{engine}");
        assert_eq!(session.scope.as_deref(), Some("read:user"), "{engine}: kept");

        let store = engine.reopen(store, &clock).await;
        clock.forward(LOST - Duration::MICROSECOND);
        assert_eq!(rotate(&store, 1, 3).await, Rotation::JustBefore(session.clone()), "{engine}");
        assert_eq!(store.session_by_any_token_hash(&hash(1)).await.expect("asked"), Some(session));
        assert_eq!(store.session_by_token_hash(&hash(1)).await.expect("asked"), None, "{engine}");
        assert_eq!(rotate(&store, 9, 3).await, Rotation::Unknown, "{engine}");
        assert_eq!(store.session_by_any_token_hash(&hash(9)).await.expect("asked"), None, "{engine}");
        assert_eq!(
            rotate(&store, 2, 3).await,
            Rotation::Rotated,
            "{engine}: presenting others changed nothing"
        );

        // Now that the second was shown, the first has no more than its ten seconds.
        let session = store.session(ID).await.expect("asked").expect("it is there");
        assert_eq!(rotate(&store, 1, 4).await, Rotation::Reused(session.clone()), "{engine}");
        assert_eq!(rotate(&store, 3, 4).await, Rotation::Rotated, "{engine}");
        clock.forward(JUST_BEFORE - Duration::MICROSECOND);
        assert!(matches!(rotate(&store, 2, 5).await, Rotation::JustBefore(_)), "{engine}");
        assert!(matches!(rotate(&store, 3, 5).await, Rotation::JustBefore(_)), "{engine}");
        clock.forward(Duration::MICROSECOND);
        assert!(matches!(rotate(&store, 2, 5).await, Rotation::Reused(_)), "{engine}");
        assert!(matches!(rotate(&store, 3, 5).await, Rotation::JustBefore(_)), "{engine}");
        // A thief who rotates often hides no copy that way.
        assert!(matches!(rotate(&store, 1, 5).await, Rotation::Reused(_)), "{engine}");

        // Of another session, it is unknown.
        let other = sign_in(7, "user:default/ada", &clock);
        store.create_session(&other).await.expect("begun");
        for (id, presented) in [(other.id, 4), (other.id, 1), (ID, 7)] {
            let rotation = store.rotate_session(id, &hash(presented), &next(hash(8)), clock.now()).await;
            assert_eq!(rotation.expect("asked"), Rotation::Unknown, "{engine}: {presented}");
        }

        assert!(store.end_session(ID).await.expect("ended"), "{engine}");
        for presented in [1, 3, 4] {
            assert_eq!(rotate(&store, presented, 5).await, Rotation::Unknown, "{engine}: it has ended");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = begun(&engine, &clock).await;
        let rotate = async |presented: u8, to: u8| {
            store.rotate_session(ID, &hash(presented), &next(hash(to)), clock.now()).await.expect("asked")
        };
        // Three answers in a row are lost.
        for to in 2..5 {
            assert_eq!(rotate(1, to).await, Rotation::Rotated, "{engine}: {to}");
            assert!(matches!(rotate(1, 9).await, Rotation::JustBefore(_)), "{engine}: {to}");
            assert_eq!(store.session(ID).await.expect("asked").map(|one| one.token), Some(hash(to)));
            clock.forward(LOST);
        }
        // However long it takes to come back, also when what was rotated is forgotten.
        let mut longer = sign_in(7, "user:default/ada", &clock);
        longer.expires_at = clock.now() + Duration::days(30);
        store.create_session(&longer).await.expect("begun");
        let of_longer = async |presented: u8, to: u8| {
            store
                .rotate_session(longer.id, &hash(presented), &next(hash(to)), clock.now())
                .await
                .expect("asked")
        };
        assert_eq!(of_longer(7, 11).await, Rotation::Rotated, "{engine}");
        clock.forward(LOST);
        assert_eq!(of_longer(7, 12).await, Rotation::Rotated, "{engine}");

        // What was lost is void, from the first moment; whoever shows it has picked it up somewhere.
        assert!(matches!(of_longer(11, 13).await, Rotation::Reused(_)), "{engine}");
        for lost in [2, 3] {
            assert!(matches!(rotate(lost, 9).await, Rotation::Reused(_)), "{engine}: {lost}");
        }
        assert_eq!(rotate(4, 5).await, Rotation::Rotated, "{engine}: the last one arrived");
        assert!(matches!(rotate(1, 9).await, Rotation::Reused(_)), "{engine}: and so the first is over");

        clock.forward(Duration::days(20));
        store.prune_sessions().await.expect("pruned");
        let found = store.session_by_any_token_hash(&hash(7)).await.expect("asked");
        assert_eq!(found.map(|one| one.id), Some(longer.id), "{engine}");
        assert_eq!(of_longer(7, 14).await, Rotation::Rotated, "{engine}");
        assert_eq!(of_longer(14, 15).await, Rotation::Rotated, "{engine}");
        clock.forward(JUST_BEFORE);
        assert!(matches!(of_longer(7, 16).await, Rotation::Reused(_)), "{engine}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_rotates_no_more() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = begun(&engine, &clock).await;
        clock.forward(Duration::hours(8));
        let rotation = store.rotate_session(ID, &hash(1), &next(hash(2)), clock.now()).await;
        assert_eq!(rotation.expect("asked"), Rotation::Unknown, "{engine}");
    }
}

#[tokio::test]
async fn a_new_token_of_the_provider_takes_the_place_of_the_one_that_was_read() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = begun(&engine, &clock).await;
        let sealed = async || store.sealed_of_session(ID).await.expect("asked");
        let with = NextToken { sealed: Some("sealed-2"), scope: Some("read:user repo"), ..next(hash(2)) };
        let rotation = store.rotate_session(ID, &hash(1), &with, clock.now()).await.expect("asked");
        assert_eq!((rotation, sealed().await.as_deref()), (Rotation::Rotated, Some("sealed-2")), "{engine}");
        let replace = async |known: &str, by: &str, scope: Option<&str>| {
            store.replace_sealed(ID, known, by, scope).await.expect("asked")
        };
        assert!(!replace("sealed-1", "sealed-3", Some("all")).await, "{engine}: another was faster");
        assert!(replace("sealed-2", "sealed-3", None).await, "{engine}");
        assert_eq!(sealed().await.as_deref(), Some("sealed-3"), "{engine}");
        let scope = async || store.session(ID).await.expect("asked").and_then(|session| session.scope);
        assert_eq!(scope().await.as_deref(), Some("read:user repo"), "{engine}: kept");
        assert!(replace("sealed-3", "sealed-4", Some("")).await, "{engine}");
        assert_eq!(scope().await.as_deref(), Some(""), "{engine}");

        let long = "x".repeat(200_000);
        let too_long = NextToken { sealed: Some(&long), ..next(hash(3)) };
        let error = store.rotate_session(ID, &hash(2), &too_long, clock.now()).await;
        assert!(matches!(error, Err(StoreError::Unfit { column: "sealed", .. })), "{engine}: {error:?}");
        assert_eq!(store.session(ID).await.expect("asked").map(|session| session.token), Some(hash(2)));
        assert!(store.replace_sealed(ID, "sealed-4", &long, None).await.is_err(), "{engine}");
    }
}

/// Sixty who present the same token at once, by turns through these stores: one rotates, and the others learn
/// what it became.
async fn race(engine: &Engine, stores: &[Arc<Store>], clock: &Arc<TestClock>) {
    let mut presented = hash(1);
    for round in 0..3 {
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..60 {
            let (store, now) = (Arc::clone(&stores[n % stores.len()]), clock.now());
            tries.spawn(async move {
                let to = numbered(round * 100 + n);
                (to, store.rotate_session(ID, &presented, &next(to), now).await.expect("asked"))
            });
        }
        let (won, lost): (Vec<_>, Vec<_>) =
            tries.join_all().await.into_iter().partition(|(_, rotation)| *rotation == Rotation::Rotated);
        assert_eq!((won.len(), lost.len()), (1, 59), "{engine}: round {round}");
        for (_, rotation) in lost {
            let Rotation::JustBefore(session) = rotation else { panic!("{engine}: {rotation:?}") };
            assert_eq!(session.token, won[0].0, "{engine}: round {round}");
        }
        presented = won[0].0;
        clock.forward(JUST_BEFORE);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_that_rotate_at_once_one_does() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(begun(&engine, &clock).await);
        race(&engine, &[store], &clock).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_replicas_that_rotate_at_once_one_does() {
    let Some(engine) = Engine::postgres() else { return };
    let clock = TestClock::new();
    let first = begun(&engine, &clock).await;
    let stores = [first, engine.open(&clock).await, engine.open(&clock).await].map(Arc::new);
    race(&engine, &stores, &clock).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_rotates_while_the_session_ends_is_out() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let mut tries = tokio::task::JoinSet::new();
        for n in 1..=20 {
            let new = sign_in(n, "user:default/ada", &clock);
            store.create_session(&new).await.expect("begun");
            let (rotating, ending, now) = (Arc::clone(&store), Arc::clone(&store), clock.now());
            let to = next(numbered(n.into()));
            tries.spawn(async move {
                let rotation = rotating.rotate_session(new.id, &new.token, &to, now).await.expect("asked");
                assert!(matches!(rotation, Rotation::Rotated | Rotation::Unknown), "{rotation:?}");
            });
            tries.spawn(async move {
                ending.end_session(new.id).await.expect("ended");
            });
        }
        tries.join_all().await;
        assert_eq!(store.recent_sessions(100, None).await.expect("asked"), [], "{engine}");
    }
}

#[tokio::test]
async fn rotated_tokens_are_forgotten_after_days_but_for_the_last() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let mut new = sign_in(1, "user:default/ada", &clock);
        new.expires_at = clock.now() + Duration::days(30);
        store.create_session(&new).await.expect("begun");
        let rotate = async |presented: u8, to: u8| {
            store.rotate_session(ID, &hash(presented), &next(hash(to)), clock.now()).await.expect("asked")
        };
        for n in 1..4 {
            assert_eq!(rotate(n, n + 1).await, Rotation::Rotated, "{engine}");
            clock.forward(Duration::hours(1));
        }
        assert_eq!(store.prune_sessions().await.expect("pruned"), 0, "{engine}");
        clock.forward(Duration::days(3));
        assert_eq!(store.prune_sessions().await.expect("pruned"), 2, "{engine}");
        assert_eq!(rotate(1, 9).await, Rotation::Unknown, "{engine}");
        assert_eq!(rotate(2, 9).await, Rotation::Unknown, "{engine}");
        assert_eq!(rotate(4, 5).await, Rotation::Rotated, "{engine}");
        assert!(matches!(rotate(3, 9).await, Rotation::Reused(_)), "{engine}");
    }
}

/// A token as the rules have it.
#[derive(Clone, Copy)]
struct Known {
    hash: TokenHash,
    /// From when on it is no longer forgiven, once it is over.
    forgiven: Option<model::Timestamp>,
}

/// Presents one of the tokens so far after a while, step by step, and checks what the rules make of it.
async fn follow(store: &Store, clock: &TestClock, steps: &[(usize, i64)]) -> Result<(), TestCaseError> {
    let mut tokens = vec![Known { hash: hash(1), forgiven: None }];
    // Which one the last took the place of, and when.
    let mut before: Option<(usize, model::Timestamp)> = None;
    for (back, wait) in steps {
        clock.forward(Duration::milliseconds(*wait));
        let now = clock.now();
        let last = tokens.len() - 1;
        // One past the first is nobody's.
        let at = last.checked_sub(*back);
        let presented = at.map_or(hash(0xdd), |at| tokens[at].hash);
        let to = numbered(tokens.len());
        let rotation = store.rotate_session(ID, &presented, &next(to), now).await.expect("asked");
        let rotates = match (at, before) {
            (Some(at), _) if at == last => true,
            (Some(at), Some((one, since))) if at == one => now - since >= LOST,
            _ => false,
        };
        match at {
            Some(at) if rotates => {
                prop_assert_eq!(rotation, Rotation::Rotated);
                // The one that was lost is over with the moment.
                tokens[last].forgiven = Some(now);
                tokens[at].forgiven = Some(now + JUST_BEFORE);
                before = Some((at, now));
                tokens.push(Known { hash: to, forgiven: None });
            }
            None => prop_assert_eq!(rotation, Rotation::Unknown),
            Some(at) => {
                let is_before = before.is_some_and(|(one, _)| one == at);
                let until = tokens[at].forgiven.expect("it is not the last");
                let expected = tokens[last].hash;
                match rotation {
                    Rotation::JustBefore(session) => {
                        prop_assert!(is_before || now < until);
                        prop_assert_eq!(session.token, expected);
                    }
                    Rotation::Reused(session) => {
                        prop_assert!(!is_before && now >= until);
                        prop_assert_eq!(session.token, expected);
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_token_of_a_session_is_told_from_every_other(
        steps in proptest::collection::vec((0_usize..5, prop_oneof![0_i64..12_000, 30_000_i64..50_000]), 0..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let clock = TestClock::new();
            let store = begun(&Engine::Memory, &clock).await;
            follow(&store, &clock, &steps).await
        })?;
    }
}
