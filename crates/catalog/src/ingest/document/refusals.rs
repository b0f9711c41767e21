//! Why a document is not taken, in words that hold no secret of it.

use model::{Edge, Entity, EntityError, EntityRef, StatusItem, entity};
use serde_json::Value;
use untrusted::yaml::{Mark, Node};
use uuid::Uuid;

use super::{FileContext, annotate, mend, place_of};
use crate::ingest::screen::{Notice, OnFind, Spotted, password_in_target};
use crate::ingest::source::Broken;
use crate::ingest::stitch::{Surroundings, stitch};

/// Refusals of one document.
pub(super) struct Refusals<'a, R> {
    pub context: &'a FileContext<'a, R>,
    pub node: &'a Node,
    pub start: Mark,
}

/// A refusal whose message quotes nothing that was not screened.
pub(super) fn plain(entity: &EntityRef, message: String) -> Broken {
    Broken::new(Some(entity.clone()), "InputError", message, true)
}

impl<R> Refusals<'_, R> {
    /// What validation refuses. A document with secrets is judged again with masks in it, so that the
    /// error quotes only those.
    pub(super) fn invalid(&self, error: &EntityError, mut document: Value) -> Broken {
        let spotted = self.context.settings.screening.mask(error.entity_ref.as_ref(), &mut document);
        if spotted.is_empty() {
            return self.said(error);
        }
        if let Some(broken) = self.protected(error.entity_ref.as_ref(), &spotted, &document) {
            return broken;
        }
        if let Some(error) = self.judge(document) {
            return self.said(&error);
        }
        let message = format!(
            "The entity is refused for what may quote a secret, so it is not told why. First of all, {}",
            Notice::Refused.summary(&spotted, |one| self.place(one)).message
        );
        Broken::new(error.entity_ref.clone(), "InputError", message, true)
    }

    /// What is refused for another reason, which may quote the document.
    pub(super) fn other(
        &self,
        entity: &EntityRef,
        name: &str,
        message: String,
        keep: bool,
        mut document: Value,
    ) -> Broken {
        let spotted = self.context.settings.screening.mask(Some(entity), &mut document);
        if let Some(broken) = self.protected(Some(entity), &spotted, &document) {
            return broken;
        }
        if spotted.is_empty() || name == "NotAllowedError" {
            return Broken::new(Some(entity.clone()), name, message, keep);
        }
        let notice = Notice::Refused.summary(&spotted, |one| self.place(one)).message;
        let message =
            format!("A placeholder could not be filled in, and what it names may hold a secret. {notice}");
        Broken::new(Some(entity.clone()), name, message, keep)
    }

    /// Masks the secrets of an entity that is valid otherwise; what its owner is told of them. Or the
    /// reason why it is not taken.
    pub(super) fn screened(
        &self,
        entity_ref: &EntityRef,
        entity: &mut Value,
        edges: &[Edge],
    ) -> Result<Vec<StatusItem>, Broken> {
        let screening = &self.context.settings.screening;
        let mut spotted = screening.mask(Some(entity_ref), entity);
        if spotted.is_empty() {
            spotted.extend(password_in_target(entity));
        }
        if spotted.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(broken) = self.protected(Some(entity_ref), &spotted, entity) {
            return Err(broken);
        }
        let notice = Notice::of(screening.on_find);
        let place = |one: &Spotted| self.place(one);
        if screening.on_find == OnFind::Mask {
            return Ok(notice.items(&spotted, place));
        }
        let item = notice.summary(&spotted, place);
        let quarantined = match entity {
            Value::Object(map) if screening.on_find == OnFind::Quarantine => {
                let relations =
                    edges.iter().map(|edge| (edge.forward.clone(), edge.target.clone())).collect();
                let problems = std::slice::from_ref(&item);
                let around = Surroundings { uid: Uuid::nil(), relations, problems, orphan: false };
                Some(stitch(std::mem::take(map), around).body)
            }
            _ => None,
        };
        Err(Broken { entity: Some(entity_ref.clone()), item, keep: true, quarantined })
    }

    /// The refusal of a document that holds a secret where nothing is rewritten. A ref that holds one
    /// names nobody.
    fn protected(&self, entity: Option<&EntityRef>, spotted: &[Spotted], document: &Value) -> Option<Broken> {
        let held: Vec<Spotted> = spotted.iter().filter(|one| one.is_protected(document)).cloned().collect();
        if held.is_empty() {
            return None;
        }
        let entity = if held.iter().any(Spotted::is_in_ref) { None } else { entity.cloned() };
        let item = Notice::Protected.summary(&held, |one| self.place(one));
        Some(Broken { entity, item, keep: true, quarantined: None })
    }

    fn said(&self, error: &EntityError) -> Broken {
        let (name, message) = error.reported();
        let place = place_of(self.node, error.pointer.as_deref().unwrap_or_default());
        let message = format!("{message} ({})", mend(self.context.location, place));
        Broken::new(error.entity_ref.clone(), name, message, true)
    }

    /// What is wrong with a document.
    fn judge(&self, document: Value) -> Option<EntityError> {
        let FileContext { location, root_key, settings, .. } = self.context;
        let judged = entity::validate_envelope(&document)
            .and_then(|_| Entity::parse(annotate(document, location, root_key, &settings.scm)))
            .and_then(|entity| entity.recognize().map(|_| entity));
        match judged {
            Ok(entity) => entity::edges_of(&entity).err().and_then(|errors| errors.into_iter().next()),
            Err(error) => Some(error),
        }
    }

    fn place(&self, spotted: &Spotted) -> String {
        let at = if spotted.pointer.is_empty() { self.start } else { place_of(self.node, &spotted.pointer) };
        format!(" ({})", mend(self.context.location, at))
    }
}
