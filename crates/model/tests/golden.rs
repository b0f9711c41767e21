//! What a live reference answered to entities it was asked to validate. Skipped where the recordings
//! are not at hand.

use std::path::{Path, PathBuf};

use model::entity::edges_of;
use model::{Entity, EntityError};
use serde_json::{Value, json};

fn recordings() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = option_env!("STAGEDOOR_REFERENCE").map_or(beside, PathBuf::from).join("golden/catalog");
    folder.is_dir().then_some(folder)
}

fn judge(document: Value) -> Result<(), EntityError> {
    let entity = Entity::parse(document)?;
    entity.recognize()?;
    edges_of(&entity).map_err(|mut errors| errors.swap_remove(0))?;
    Ok(())
}

#[test]
fn reports_are_those_of_a_live_reference() {
    let Some(folder) = recordings() else {
        println!("skipped: no recordings beside the workspace");
        return;
    };
    let mut compared = 0;
    for file in std::fs::read_dir(folder).expect("a readable folder") {
        let path = file.expect("an entry").path();
        let text = std::fs::read(&path).expect("a readable file");
        let Ok(recording) = serde_json::from_slice::<Value>(&text) else { continue };
        if recording.pointer("/request/path") != Some(&json!("/api/catalog/validate-entity")) {
            continue;
        }
        let Some(entity) = recording.pointer("/request/body/entity") else { continue };
        let error = recording.pointer("/response/body/errors/0");
        let found = judge(entity.clone()).map_err(|error| error.reported());
        if error.and_then(|error| error["message"].as_str()).is_some_and(|m| m.contains("location ref")) {
            // The place it claims to be read from is at fault, not the entity.
            assert_eq!(found, Ok(()), "{}", path.display());
            continue;
        }
        let wanted = error.map_or(Ok(()), |error| {
            Err((error["name"].as_str().expect("a class"), error["message"].as_str().expect("a text")))
        });
        let found = found.as_ref().copied().map_err(|(name, message)| (*name, message.as_str()));
        assert_eq!(found, wanted, "{}", path.display());
        compared += 1;
    }
    assert!(compared >= 5, "only {compared} recordings");
}
