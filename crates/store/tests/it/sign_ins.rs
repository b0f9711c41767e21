//! Sign-ins: kept, listed, ended one by one and all at once.

use identity::SessionKind;
use model::Clock;
use store::{NewSession, StoreError};
use time::Duration;
use uuid::Uuid;

use crate::world::{Engine, TestClock, entity_ref, hash, sign_in};

fn ids(numbers: &[u128]) -> Vec<Uuid> {
    numbers.iter().copied().map(Uuid::from_u128).collect()
}

#[tokio::test]
async fn a_sign_in_is_found_by_its_id_and_its_token() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let new = sign_in(1, "user:default/ada", &clock);
        store.create_session(&new).await.expect("begun");

        let store = engine.reopen(store, &clock).await;
        let found = store.session(new.id).await.expect("asked").expect("it is there");
        assert_eq!((found.id, found.token, &found.user), (new.id, new.token, &new.user), "{engine}");
        assert_eq!((found.kind, found.expires_at), (SessionKind::Token, new.expires_at), "{engine}");
        let told = (&found.provider, &found.environment, &found.scope);
        assert_eq!(told, (&new.provider, &new.environment, &new.scope), "{engine}");
        assert_eq!(store.session_by_token_hash(&hash(1)).await.expect("asked").as_ref(), Some(&found));
        assert_eq!(store.session_by_any_token_hash(&hash(1)).await.expect("asked"), Some(found), "{engine}");
        assert_eq!(store.sealed_of_session(new.id).await.expect("asked"), new.sealed, "{engine}");

        let page = NewSession { kind: SessionKind::Page, ..sign_in(2, "user:default/ada", &clock) };
        store.create_session(&page).await.expect("begun");
        let found = store.session_by_any_token_hash(&hash(2)).await.expect("asked");
        assert_eq!(found, None, "{engine}: a page's cookie is no refresh token");

        clock.forward(Duration::hours(8));
        assert_eq!(store.session(new.id).await.expect("asked"), None, "{engine}: its time is over");
        assert_eq!(store.session_by_any_token_hash(&hash(1)).await.expect("asked"), None, "{engine}");
        assert_eq!(store.sealed_of_session(new.id).await.expect("asked"), None, "{engine}");
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_not_cut() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let fine = sign_in(1, "user:default/ada", &clock);
        let long = |length: usize| Some("x".repeat(length));
        let cases = [
            ("provider", NewSession { provider: long(129), ..fine.clone() }),
            ("environment", NewSession { environment: long(129), ..fine.clone() }),
            ("scope", NewSession { scope: long(4097), ..fine.clone() }),
            ("scope", NewSession { scope: Some("read\0write".into()), ..fine.clone() }),
            ("sealed", NewSession { sealed: long(200_000), ..fine.clone() }),
        ];
        for (expected, new) in cases {
            let error = store.create_session(&new).await.expect_err(expected);
            let StoreError::Unfit { table: "sessions", column, .. } = error else { panic!("{error:?}") };
            assert_eq!(column, expected, "{engine}");
        }
        assert_eq!(store.session(fine.id).await.expect("asked"), None, "{engine}");
        let longest = NewSession {
            provider: long(128),
            environment: long(128),
            scope: long(4096),
            sealed: long(80_000),
            ..fine
        };
        store.create_session(&longest).await.unwrap_or_else(|error| panic!("{engine}: {error:?}"));
        assert_eq!(store.sealed_of_session(longest.id).await.expect("asked"), longest.sealed, "{engine}");
    }
}

#[tokio::test]
async fn administrators_page_through_all_that_have_not_ended() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        // Two each begin in the same microsecond; the third of ten has ended.
        for n in 0..10 {
            let user = format!("user:default/u{}", n % 3);
            store.create_session(&sign_in(n, &user, &clock)).await.expect("begun");
            clock.forward(Duration::microseconds((n % 2).into()));
        }
        assert!(store.end_session(Uuid::from_u128(3)).await.expect("ended"), "{engine}");
        for size in [1, 2, 4, 9, 100] {
            let mut all = Vec::new();
            let mut after = None;
            loop {
                let page = store.recent_sessions(size, after).await.expect("a page");
                assert!(page.len() <= size as usize, "{engine}");
                let Some(last) = page.last() else { break };
                after = Some((last.created_at, last.id));
                all.extend(page.iter().map(|session| session.id));
            }
            assert_eq!(all, ids(&[9, 8, 7, 6, 5, 4, 2, 1, 0]), "{engine}: {size} a page");
        }
        assert_eq!(store.recent_sessions(0, None).await.expect("a page"), [], "{engine}");
        clock.forward(Duration::hours(8));
        assert_eq!(store.recent_sessions(100, None).await.expect("a page"), [], "{engine}: all are over");
    }
}

#[tokio::test]
async fn a_user_ends_all_her_sessions_but_this_one() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let (ada, bob) = (entity_ref("user:default/ada"), entity_ref("user:default/bob"));
        for n in 1..=4 {
            store.create_session(&sign_in(n, ada.as_str(), &clock)).await.expect("begun");
        }
        store.create_session(&sign_in(5, bob.as_str(), &clock)).await.expect("begun");
        let mut ended = store.end_sessions_of(&ada, Some(Uuid::from_u128(2))).await.expect("ended");
        ended.sort_unstable();
        assert_eq!(ended, ids(&[1, 3, 4]), "{engine}");
        let left = store.sessions_of(&ada).await.expect("asked");
        assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), ids(&[2]), "{engine}");
        assert_eq!(store.end_sessions_of(&ada, None).await.expect("ended"), ids(&[2]), "{engine}");
        assert_eq!(store.end_sessions_of(&ada, None).await.expect("asked"), ids(&[]), "{engine}");
        assert_eq!(store.sessions_of(&bob).await.expect("asked").len(), 1, "{engine}: his go on");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_named() {
    let Some(engine) = Engine::postgres() else { return };
    let clock = TestClock::new();
    let store = engine.open(&clock).await;
    let new = sign_in(1, "user:default/ada", &clock);
    store.create_session(&new).await.expect("begun");
    for (column, value) in [("token_hash", "ABCD"), ("user_ref", "no ref:"), ("kind", "cookie")] {
        let old = engine.sql(&format!("SELECT {column} FROM sessions")).expect("PostgreSQL");
        engine.sql(&format!("UPDATE sessions SET {column} = '{value}'"));
        let error = store.session(new.id).await.expect_err("a broken row").to_string();
        assert!(error.contains(&format!("`{}` cannot be read (column {column})", new.id)), "{error}");
        assert!(store.recent_sessions(10, None).await.is_err(), "{column}: none is left out");
        engine.sql(&format!("UPDATE sessions SET {column} = '{}'", old.trim_end()));
    }
    assert!(store.session(new.id).await.expect("mended").is_some());
    // Even where its id cannot be read it ends with the others.
    engine.sql("UPDATE sessions SET id = 'x'");
    assert_eq!(store.end_sessions_of(&new.user, None).await.expect("ended"), ids(&[]));
    assert_eq!(engine.sql("SELECT count(*) FROM sessions").as_deref().map(str::trim), Some("0"));
}

#[tokio::test]
async fn one_at_the_same_device_is_found_while_it_lives_long_enough() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let device = |n| NewSession {
            user_agent: Some("Firefox".into()),
            ip: Some("10.0.0.7".into()),
            ..sign_in(n, "user:default/ada", &clock)
        };
        let new = device(1);
        store.create_session(&new).await.expect("begun");
        let like = async |new: &NewSession, until| {
            store.session_like(new, until).await.expect("asked").map(|session| session.id)
        };
        let soon = clock.now() + Duration::hours(1);
        assert_eq!(like(&device(2), soon).await, Some(new.id), "{engine}");
        assert_eq!(like(&device(2), new.expires_at).await, None, "{engine}: too short");
        for other in [
            NewSession { user: entity_ref("user:default/bob"), ..device(2) },
            NewSession { kind: SessionKind::Page, ..device(2) },
            NewSession { provider: Some("gitlab".into()), ..device(2) },
            NewSession { environment: None, ..device(2) },
            NewSession { user_agent: None, ..device(2) },
            NewSession { ip: Some("10.0.0.8".into()), ..device(2) },
        ] {
            assert_eq!(like(&other, soon).await, None, "{engine}: {other:?}");
        }
        let bare = NewSession { environment: None, user_agent: None, ip: None, ..device(3) };
        store.create_session(&bare).await.expect("begun");
        assert_eq!(like(&bare, soon).await, Some(bare.id), "{engine}: nothing is like nothing");
        store.end_session(new.id).await.expect("ended");
        assert_eq!(like(&device(2), soon).await, None, "{engine}: it has ended");
    }
}
