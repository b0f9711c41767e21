//! One-time links are good once.

use std::sync::Arc;

use identity::TokenHash;
use model::Clock;
use store::RedeemedLink;
use time::Duration;

use crate::world::{Engine, TestClock, entity_ref};

#[tokio::test]
async fn a_link_is_good_once_and_for_its_time() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let user = entity_ref("user:default/guest");
        let links = [1, 2, 3].map(|n| TokenHash::from_bytes([n; 32]));
        let until = clock.now() + Duration::minutes(10);
        store.put_link(&links[0], Some(&user), until).await.expect("kept");
        store.put_link(&links[1], None, until).await.expect("kept");
        store.put_link(&links[2], Some(&user), until).await.expect("kept");

        let store = engine.reopen(store, &clock).await;
        let redeem = async |n: usize| store.redeem_link(&links[n]).await.expect("asked");
        let live = async |n: usize| store.link_is_live(&links[n]).await.expect("asked");
        assert!(live(0).await && live(0).await, "{engine}: looking spends nothing");
        assert_eq!(redeem(0).await, Some(RedeemedLink { user: Some(user.clone()) }), "{engine}");
        assert_eq!(redeem(0).await, None, "{engine}: spent");
        assert!(!live(0).await, "{engine}");
        assert_eq!(redeem(1).await, Some(RedeemedLink { user: None }), "{engine}");
        assert_eq!(
            store.redeem_link(&TokenHash::from_bytes([9; 32])).await.expect("asked"),
            None,
            "{engine}"
        );
        clock.forward(Duration::minutes(10));
        assert_eq!(redeem(2).await, None, "{engine}: late");
        assert!(!live(2).await, "{engine}");
        assert_eq!(store.prune_sessions().await.expect("pruned"), 3, "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_that_redeem_at_once_one_succeeds() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = Arc::new(engine.open(&clock).await);
        let link = TokenHash::from_bytes([1; 32]);
        store.put_link(&link, None, clock.now() + Duration::minutes(10)).await.expect("kept");
        let mut tries = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (store, link) = (Arc::clone(&store), link);
            tries.spawn(async move { store.redeem_link(&link).await.expect("asked") });
        }
        let succeeded = tries.join_all().await.into_iter().flatten().count();
        assert_eq!(succeeded, 1, "{engine}");
    }
}
