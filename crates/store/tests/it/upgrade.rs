//! A database of an earlier release is brought up to date with all that is in it.

use identity::SessionKind;
use model::Clock;
use store::{NextToken, RedeemedLink, Rotation, Store};
use time::Duration;
use uuid::Uuid;

use crate::file::{put, sqlite};
use crate::world::{Engine, TestClock, entity_ref, hash, sign_in};

const START: &str = include_str!("../../migrations/0001_start.sql");
const SCREENING: &str = include_str!("../../migrations/0002_screening.sql");
/// As the release of version 2 filled it. The clock of the tests starts at 1795521600 seconds.
const FILL: &str = "
    UPDATE feed SET seq = 7;
    INSERT INTO tombstones (ref, seq, at) VALUES ('component:default/gone', 7, 1795521600000000);
    INSERT INTO sessions (id, token_hash, user_ref, kind, created_at, expires_at, seen_at, user_agent, ip) VALUES
        ('00000000-0000-0000-0000-000000000001', '0101010101010101010101010101010101010101010101010101010101010101',
         'user:default/ada', 'page', 1795521500000001, 1795525200000002, 1795521560000003, 'Firefox', '10.0.0.7'),
        ('00000000-0000-0000-0000-000000000002', '0202020202020202020202020202020202020202020202020202020202020202',
         'user:default/ada', 'bearer', 1795521500000004, 1795525200000005, 1795521560000006, NULL, NULL);
    INSERT INTO links (hash, user_ref, expires_at, redeemed_at) VALUES
        ('0303030303030303030303030303030303030303030303030303030303030303', 'user:default/bob', 1795525200000000, NULL);
    INSERT INTO audit_strangers (minute, kind, prefix, hits, last_at) VALUES (1, 'noToken', '10.0.0.0/24', 5, 6);
    UPDATE screening SET version = 'rules';
";

/// An engine with a database of version 2.
async fn old(engine: Engine) -> Engine {
    if let Engine::Postgres(..) = engine {
        engine.sql(
            "CREATE TABLE schema_version (id INTEGER PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL); \
             INSERT INTO schema_version (id, version) VALUES (1, 2)",
        );
        for sql in [START, SCREENING, FILL] {
            engine.sql(sql);
        }
    } else {
        put(&engine, b"");
        let file = engine.database_file();
        for sql in [START, SCREENING, FILL] {
            sqlite(&file, sql).await;
        }
        // `Stag`, as its files say.
        sqlite(&file, "PRAGMA application_id = 1400136039; PRAGMA user_version = 2").await;
    }
    engine
}

async fn nothing_is_lost(engine: &Engine, store: &Store, clock: &TestClock) {
    let micros = |at: model::Timestamp| at.unix_timestamp_nanos() / 1_000;
    let page = store.session_by_token_hash(&hash(1)).await.expect("asked").expect("it goes on");
    assert_eq!((page.id, page.kind), (Uuid::from_u128(1), SessionKind::Page), "{engine}");
    assert_eq!(page.user, entity_ref("user:default/ada"), "{engine}");
    let times = [page.created_at, page.expires_at, page.seen_at].map(micros);
    assert_eq!(times, [1_795_521_500_000_001, 1_795_525_200_000_002, 1_795_521_560_000_003], "{engine}");
    assert_eq!((page.user_agent.as_deref(), page.ip.as_deref()), (Some("Firefox"), Some("10.0.0.7")));
    assert_eq!((page.provider, page.environment, page.scope), (None, None, None), "{engine}");
    assert_eq!(store.sealed_of_session(page.id).await.expect("asked"), None, "{engine}");
    let all = store.sessions_of(&page.user).await.expect("asked");
    let kinds: Vec<_> = all.iter().map(|session| session.kind).collect();
    assert_eq!(kinds, [SessionKind::Page, SessionKind::Bearer], "{engine}");

    assert_eq!(store.sequence().await.expect("asked"), 7, "{engine}");
    assert_eq!(store.screened_under().await.expect("asked"), "rules", "{engine}");
    assert_eq!(store.strangers().await.expect("asked")[0].hits, 5, "{engine}");
    let bob = Some(RedeemedLink { user: Some(entity_ref("user:default/bob")) });
    assert_eq!(store.redeem_link(&hash(3)).await.expect("asked"), bob, "{engine}");

    // What is new works beside it, and what is old does not rotate.
    store.create_session(&sign_in(5, "user:default/ada", clock)).await.expect("begun");
    let next = |n| NextToken { token: hash(n), sealed: None, scope: None };
    let rotate = async |id: u128, n: u8| {
        store.rotate_session(Uuid::from_u128(id), &hash(n), &next(n + 10), clock.now()).await.expect("asked")
    };
    assert_eq!(rotate(5, 5).await, Rotation::Rotated, "{engine}");
    assert_eq!((rotate(1, 1).await, rotate(2, 2).await), (Rotation::Unknown, Rotation::Unknown), "{engine}");
    clock.forward(Duration::HOUR * 2);
    assert_eq!(store.prune_sessions().await.expect("pruned"), 3, "{engine}: two sessions and a link");
}

#[tokio::test]
async fn a_database_of_version_2_keeps_its_sessions() {
    for engine in [Some(Engine::file()), Engine::postgres()].into_iter().flatten() {
        let engine = old(engine).await;
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        let store = engine.reopen(store, &clock).await;
        nothing_is_lost(&engine, &store, &clock).await;
    }
}
