//! Stored entities under new rules: what was clean is looked at again, and cleaned where it stands.

use model::{EntityRef, StoredEntity};
use serde_json::Value;

use super::draft::Draft;
use super::location::root_ref;
use super::screen::{Notice, password_in_target};
use super::state::SourceHash;
use super::stitch::{Surroundings, stitch, unstitch};
use super::{Ingest, OrphanStrategy, Plan, State};

/// What becomes of a stored entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Rescanned {
    /// It stays as it is.
    Clean,
    /// It is kept and served like this.
    Masked(Box<StoredEntity>),
    /// It holds a secret where nothing is rewritten: it goes, until its source is mended.
    Withdrawn,
}

impl Ingest {
    /// Names what is looked for in entities. Those stored under another name have to be looked at again
    /// before they are served.
    pub fn screening_version(&self) -> String {
        self.settings.screening.version()
    }

    /// Whether a stored body may hold a secret. Cheap, and never wrong when it says no.
    pub fn suspects(&self, body: &str) -> bool {
        // A password in a Location's target needs no rule.
        self.settings.screening.suspects(body)
            || (body.contains(r#""kind":"Location""#) && body.contains('@'))
    }

    /// Looks at a stored entity.
    pub fn rescan(&self, entity: &StoredEntity) -> Rescanned {
        let screening = &self.settings.screening;
        let root = entity.parents.is_empty()
            && entity.origin == entity.location_key
            && root_ref(&entity.location_key) == entity.entity_ref;
        let orphan = entity.parents.is_empty() && !root;
        let Some(source) = unstitch(&entity.body, orphan) else { return Rescanned::Withdrawn };
        let mut source = Value::Object(source);
        let spotted = screening.mask(Some(&entity.entity_ref), &mut source);
        if spotted.iter().any(|one| one.is_protected(&source)) || password_in_target(&source).is_some() {
            return Rescanned::Withdrawn;
        }
        let mut problems = entity.problems.clone();
        for problem in &mut problems {
            problem.message = screening.message(&problem.message);
        }
        if spotted.is_empty() && problems == entity.problems {
            return Rescanned::Clean;
        }
        let at = format!(" (in {})", entity.location_key);
        problems.extend(Notice::Masked.items(&spotted, |_| at.clone()));
        let hash = SourceHash::of(&source.to_string());
        let Value::Object(source) = source else { return Rescanned::Withdrawn };
        let around = Surroundings {
            uid: entity.uid.parse().unwrap_or_default(),
            relations: relations(&entity.body),
            problems: &problems,
            orphan,
        };
        let stitched = stitch(source, around);
        // One whose plan was not written whole says so until it is.
        let whole = SourceHash::parse(&entity.source_hash).is_some();
        Rescanned::Masked(Box::new(StoredEntity {
            etag: stitched.etag,
            body: stitched.body,
            source_hash: if whole { hash.to_string().into() } else { entity.source_hash.clone() },
            problems,
            ..entity.clone()
        }))
    }

    /// Removes entities, with all that only they lead to.
    pub fn withdraw(&self, entities: &[EntityRef], state: &State) -> Plan {
        let mut draft = Draft::new(state, Vec::new());
        for entity in entities {
            draft.delete(entity);
        }
        draft.settle_orphans(OrphanStrategy::Delete);
        draft.settle_origins(&"".into());
        Plan::of(draft, &self.settings.limits)
    }
}

/// The relations in a stored body.
fn relations(body: &str) -> Vec<(std::sync::Arc<str>, EntityRef)> {
    let Ok(body) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let relations = body.get("relations").and_then(Value::as_array).into_iter().flatten();
    relations
        .filter_map(|relation| {
            let name = relation.get("type")?.as_str()?;
            Some((name.into(), relation.get("targetRef")?.as_str()?.parse().ok()?))
        })
        .collect()
}
