//! This repository holds no secrets but those that have leave: the check that our own CI makes.

use super::{KEY, notes, places, scan};

#[test]
fn this_repository_is_clean() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ended = scan(&root, &["--format", "json"], &[KEY], None);
    let document = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(
        places(&document),
        Vec::<String>::new(),
        "take them out, or say in .stagedoor-secrets.toml why not"
    );
    assert_eq!(ended.code, 0);
    let notes = notes(&document);
    let leave: Vec<&String> = notes.iter().filter(|note| note.contains(".stagedoor-secrets.toml")).collect();
    assert!(leave.is_empty(), "{leave:?}: leave that ended or that nothing needs");
}
