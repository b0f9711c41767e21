//! The store knows since when a secret is in use.

use std::sync::Arc;

use model::{Clock, Timestamp};
use store::{SecretAge, SeenSecret, StoreError};
use time::Duration;

use crate::world::{Engine, TestClock};

fn named(names: &[(&str, &str)]) -> Vec<SeenSecret> {
    names.iter().map(|(fingerprint, key)| seen(fingerprint, key)).collect()
}

fn seen(fingerprint: &str, key: &str) -> SeenSecret {
    SeenSecret { fingerprint: fingerprint.into(), key: key.into(), since: None }
}

fn age(fingerprint: &str, key: &str, first_seen: Timestamp, last_seen: Timestamp) -> SecretAge {
    SecretAge { fingerprint: fingerprint.into(), key: key.into(), first_seen, last_seen }
}

#[tokio::test]
async fn a_secret_is_known_with_the_days_it_was_seen() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let first = clock.now();
        // The same value in two places, and two values in one.
        let all = named(&[("f2", "b"), ("f1", "a"), ("f1", "b")]);
        let new =
            vec![age("f2", "b", first, first), age("f1", "a", first, first), age("f1", "b", first, first)];
        assert_eq!(store.see_secrets(&all, first).await.expect("seen"), new, "{engine}: in their order");

        let store = engine.reopen(store, &clock).await;
        let second = first + Duration::days(80);
        let again = named(&[("f1", "a"), ("f3", "a"), ("f1", "a")]);
        let noted = store.see_secrets(&again, second).await.expect("seen");
        let before = age("f1", "a", first, first);
        assert_eq!(
            noted,
            [before.clone(), age("f3", "a", second, second), before],
            "{engine}: twice is once"
        );
        // A replica whose clock is behind turns nothing back.
        let noted = store.see_secrets(&again[..1], first + Duration::DAY).await.expect("seen");
        assert_eq!(noted, [age("f1", "a", first, second)], "{engine}");
        // Known from elsewhere to be older: so it is noted, the first time.
        let since = |fingerprint: &str, since| [SeenSecret { since: Some(since), ..seen(fingerprint, "c") }];
        let older = store.see_secrets(&since("f4", first), second).await.expect("seen");
        assert_eq!(older, [age("f4", "c", first, second)], "{engine}");
        let again = store.see_secrets(&since("f4", first - Duration::DAY), second).await.expect("seen");
        assert_eq!(again, older, "{engine}: what is noted stays");
        let ahead = store.see_secrets(&since("f5", second + Duration::DAY), second).await.expect("seen");
        assert_eq!(ahead, [age("f5", "c", second, second)], "{engine}: nothing is younger than now");
        assert_eq!(store.forget_secrets(Timestamp::UNIX_EPOCH).await.expect("asked"), 0, "{engine}");
        assert_eq!(store.see_secrets(&[], second).await.expect("nothing to do"), [], "{engine}");

        let known = [
            age("f1", "a", first, second),
            age("f3", "a", second, second),
            age("f1", "b", first, first),
            age("f2", "b", first, first),
            age("f4", "c", first, second),
            age("f5", "c", second, second),
        ];
        assert_eq!(store.secret_ages().await.expect("asked"), known, "{engine}");
        assert_eq!(store.forget_secrets(first).await.expect("asked"), 0, "{engine}");
        assert_eq!(
            store.forget_secrets(first + Duration::MICROSECOND).await.expect("forgotten"),
            2,
            "{engine}"
        );
        let left = [&known[..2], &known[4..]].concat();
        assert_eq!(store.secret_ages().await.expect("asked"), left, "{engine}");
    }
}

#[tokio::test]
async fn one_that_does_not_fit_leaves_nothing_noted() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let long = "x".repeat(1025);
        for (column, bad) in
            [("key", ("f", long.as_str())), ("fingerprint", (&long[..129], "k")), ("key", ("f", "a\0"))]
        {
            let error = store.see_secrets(&named(&[("f", "k"), bad]), clock.now()).await.expect_err(column);
            assert!(matches!(error, StoreError::Unfit { column: at, .. } if at == column), "{error:?}");
        }
        assert_eq!(store.secret_ages().await.expect("asked"), [], "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_start_together_agree() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let mut starts = tokio::task::JoinSet::new();
        for n in 0..16 {
            let (store, now) = (Arc::clone(&store), clock.now());
            let mut secrets: Vec<_> = (0..20).map(|n| seen(&format!("f{n}"), &format!("key.{n}"))).collect();
            // Each has them in another order.
            secrets.rotate_left(n);
            starts.spawn(async move { store.see_secrets(&secrets, now).await.expect("seen").len() });
        }
        assert_eq!(starts.join_all().await, [20; 16], "{engine}");
        assert_eq!(store.secret_ages().await.expect("asked").len(), 20, "{engine}");
    }
}
