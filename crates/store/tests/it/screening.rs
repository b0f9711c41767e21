//! Screening stored entities again: what is taken out is gone from the files, too.

use model::{Change, StoredEntity};
use store::Feed;

use crate::world::{Engine, TestClock, entity, entity_ref};

/// A value that no other part of a database looks like, made here so that this file does not hold it.
fn planted(number: usize) -> String {
    let letters =
        (0..40).map(|at| char::from(b'a' + u8::try_from((at * 7 + number) % 26).expect("a letter")));
    format!("{}-{}", "planted", letters.collect::<String>())
}

/// An entity whose body holds a secret: short ones lie in a page, long ones in pages of their own.
fn holding(number: usize, secret: &str) -> StoredEntity {
    let plain = entity(&format!("e{number}"), 1);
    let pad = "x".repeat(number % 5 * 3_000);
    StoredEntity { body: format!(r#"{{"pad":"{pad}","secret":"{secret}"}}"#).into(), ..plain }
}

#[tokio::test]
async fn what_is_taken_out_of_entities_is_gone_from_the_files() {
    let engine = Engine::file();
    let store = engine.open(&TestClock::new()).await;
    let secrets: Vec<String> = (0..60).map(planted).collect();
    let upserts = secrets.iter().enumerate().map(|(number, secret)| holding(number, secret)).collect();
    store.apply(&Change { upserts, deletes: Vec::new() }).await.expect("written");
    let files = || {
        let folder = engine.database_file().parent().expect("a folder").to_owned();
        let files = std::fs::read_dir(folder).expect("it is there").map(|file| file.expect("a file").path());
        files.map(|path| std::fs::read(path).expect("it is read")).collect::<Vec<_>>()
    };
    let left = || {
        let files = files();
        let holds = |secret: &&String| {
            files.iter().any(|file| file.windows(secret.len()).any(|part| part == secret.as_bytes()))
        };
        secrets.iter().filter(holds).count()
    };
    assert_eq!(left(), secrets.len(), "the test can see them");
    let upserts = (0..50).map(|number| holding(number, "***")).collect();
    let deletes = (50..60).map(|number| entity_ref(&format!("component:default/e{number}"))).collect();
    store.apply(&Change { upserts, deletes }).await.expect("written");
    assert_eq!(left(), secrets.len(), "they are in the log");
    assert!(store.scrub().await.expect("nobody is in the way"));
    assert_eq!(left(), 0);
    store.close().await;
    assert_eq!(left(), 0);
}

#[tokio::test]
async fn a_store_knows_under_which_rules_its_entities_were_screened() {
    for engine in Engine::all() {
        let clock = TestClock::new();
        let store = engine.open(&clock).await;
        assert_eq!(store.screened_under().await.expect("a version"), "", "{engine}: never");
        store.note_screened("one").await.expect("noted");
        let store = engine.reopen(store, &clock).await;
        assert_eq!(store.screened_under().await.expect("a version"), "one", "{engine}");
        store.note_screened("two").await.expect("noted");
        assert_eq!(store.screened_under().await.expect("a version"), "two", "{engine}");
        assert!(store.scrub().await.expect("nobody is in the way"), "{engine}");
    }
}

#[tokio::test]
async fn one_entity_is_read_and_a_deletion_can_be_forgotten() {
    for engine in Engine::all() {
        let store = engine.open(&TestClock::new()).await;
        let change = Change { upserts: vec![entity("a", 1), entity("b", 1)], deletes: Vec::new() };
        store.apply(&change).await.expect("written");
        let one = store.entity(&entity_ref("component:default/a")).await.expect("read");
        assert_eq!(one, Some(entity("a", 1)), "{engine}");
        let none = store.entity(&entity_ref("component:default/none")).await.expect("read");
        assert_eq!(none, None, "{engine}");

        let gone = vec![entity_ref("component:default/a")];
        store.apply(&Change { upserts: Vec::new(), deletes: gone.clone() }).await.expect("deleted");
        store.forget_deleted(&gone).await.expect("forgotten");
        // Whoever had not heard of it must look at everything; whoever had goes on.
        assert_eq!(store.changes_since(1, 10).await.expect("a feed"), Feed::Restart, "{engine}");
        let rest = Feed::Changes { changes: Vec::new(), upto: 2 };
        assert_eq!(store.changes_since(2, 10).await.expect("a feed"), rest, "{engine}");
    }
}
