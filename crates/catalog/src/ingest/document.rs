//! One YAML document becomes a claim to an entity, or a reason why not.

mod refusals;

use std::sync::Arc;

use model::{Entity, EntityError, KnownKind, LocationRef, StatusItem, entity};
use serde_json::Value;
use untrusted::yaml::{Document, Mark, Node};

use super::annotate::annotate;
use super::location::LocationSpec;
use super::placeholder;
use super::source::{Broken, Claim, Sources};
use super::state::SourceHash;
use super::{Content, ReadRequest, Reader, Settings, State, clashes};
use refusals::{Refusals, plain};

/// What documents of one file have in common.
pub(super) struct FileContext<'a, R> {
    pub settings: &'a Settings,
    pub state: &'a State,
    pub reader: &'a R,
    /// The file.
    pub location: &'a LocationRef,
    pub key: &'a Arc<str>,
    /// The configured location.
    pub root: &'a LocationRef,
    pub root_key: &'a Arc<str>,
}

/// What a document came to.
pub(super) struct Read {
    pub outcome: Result<Claim, Broken>,
    /// What its owner is told although it was taken.
    pub notes: Vec<StatusItem>,
    /// How many files its placeholders read.
    pub placeholders: usize,
}

impl Read {
    fn of(outcome: Result<Claim, Broken>) -> Self {
        Self { outcome, notes: Vec::new(), placeholders: 0 }
    }
}

/// Reads one document; `None` if it is empty.
pub(super) async fn read<R: Reader>(
    context: &FileContext<'_, R>,
    document: Document,
    sources: &mut Sources,
) -> Option<Read> {
    let node = match document.content {
        Ok(None) => return None,
        Ok(Some(node)) => node,
        Err(error) => {
            let message = format!(
                "YAML error at {}, YAMLParseError: {} ({})",
                context.key,
                error.message,
                mend(context.location, error.mark)
            );
            return Some(Read::of(Err(Broken::new(None, "Error", message, true))));
        }
    };
    let mut read = Read::of(Err(Broken::new(None, "Error", String::new(), true)));
    let (notes, placeholders) = (&mut read.notes, &mut read.placeholders);
    read.outcome = claim(context, &node, document.start, sources, notes, placeholders).await;
    Some(read)
}

async fn claim<R: Reader>(
    context: &FileContext<'_, R>,
    node: &Node,
    start: Mark,
    sources: &mut Sources,
    notes: &mut Vec<StatusItem>,
    placeholders: &mut usize,
) -> Result<Claim, Broken> {
    let document = node.to_json();
    let refusals = Refusals { context, node, start };
    let entity_ref =
        entity::validate_envelope(&document).map_err(|error| refusals.invalid(&error, node.to_json()))?;
    if !context.settings.rules.allow(&document, context.root) {
        let message = format!(
            "Entity {entity_ref} at {}, originated at {}, is not of an allowed kind for that location ({}:{}; add the kind to catalog.rules, or to the rules of that location)",
            context.key,
            context.root_key,
            context.location.target(),
            start.line,
        );
        return Err(refusals.other(&entity_ref, "NotAllowedError", message, false, node.to_json()));
    }
    let document = fill_placeholders(context, document, placeholders).await.map_err(|message| {
        let message = format!(
            "Processor PlaceholderProcessor threw an error while preprocessing; caused by Error: {message} ({})",
            mend(context.location, start)
        );
        refusals.other(&entity_ref, "InputError", message, true, node.to_json())
    })?;
    // For an error, which is judged again without secrets.
    let filled = (*placeholders > 0).then(|| document.clone());
    let written = || filled.clone().unwrap_or_else(|| node.to_json());
    let refuse = |error: &EntityError| refusals.invalid(error, written());
    // What another origin holds under the same location keeps that origin for now.
    let held = context.state.slot(&entity_ref).filter(|slot| context.state.location_key(slot) == context.key);
    let origin = held.map_or(context.root_key, |slot| context.state.origin_of(slot)).clone();
    let document = annotate(document, context.location, &origin, &context.settings.scm);
    let entity = Entity::parse(document).map_err(|error| refuse(&error))?;
    let kind = entity.recognize().map_err(|error| refuse(&error))?;
    let edges = entity::edges_of(&entity).map_err(|errors| match errors.first() {
        Some(error) => refuse(error),
        None => plain(&entity_ref, "Relations could not be read".to_owned()),
    })?;
    let location = (kind == KnownKind::Location).then(|| Box::new(LocationSpec::of(&entity)));
    let mut entity = entity.into_value();
    let mut text = entity.to_string();
    let screening = &context.settings.screening;
    if location.is_some() || screening.suspects(&text) {
        // INVARIANT: from here on neither entity nor text holds a secret.
        *notes = refusals.screened(&entity_ref, &mut entity, &edges)?;
        if !notes.is_empty() {
            text = entity.to_string();
        }
    }
    let most = context.settings.limits.entity_bytes;
    if text.len() > most {
        let message = format!(
            "Entity of {} bytes is larger than {most} bytes ({})",
            text.len(),
            mend(context.location, start)
        );
        return Err(plain(&entity_ref, message));
    }
    let hash = SourceHash::of(&text);
    let unchanged = held.is_some_and(|slot| context.state.same_source(slot, hash, &edges));
    if !unchanged
        && clashes::possible(&entity)
        && let Err(duplicates) = entity::search_rows(&entity)
    {
        return Err(plain(&entity_ref, format!("{duplicates} ({})", mend(context.location, start))));
    }
    Ok(Claim {
        entity: context.state.known(&entity_ref).cloned().unwrap_or_else(|| sources.share(&entity_ref)),
        place: (start.line, start.column),
        source: (!unchanged).then(|| sources.push(&text, hash, &edges, &origin)),
        location,
    })
}

/// Where to mend, for the end of a message.
pub(super) fn mend(location: &LocationRef, place: Mark) -> String {
    format!("mend it at {}:{}:{}", location.target(), place.line, place.column)
}

/// Where the value at a JSON pointer stands; the nearest map around it if it is missing.
pub(super) fn place_of(node: &Node, pointer: &str) -> Mark {
    let mut found = node;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let next = found.get(&part).or_else(|| found.as_seq()?.get(part.parse::<usize>().ok()?));
        match next {
            Some(next) => found = next,
            None => break,
        }
    }
    found.span.start
}

async fn fill_placeholders<R: Reader>(
    context: &FileContext<'_, R>,
    mut document: Value,
    count: &mut usize,
) -> Result<Value, String> {
    let limits = &context.settings.limits;
    let mut bytes_left = limits.entity_bytes;
    let found = placeholder::find(&document, limits.placeholders);
    if found.len() > limits.placeholders {
        return Err(format!("more than {} placeholders in one entity", limits.placeholders));
    }
    for placeholder in found {
        let location = placeholder::resolve(&placeholder, context.location, context.root, context.settings)?;
        *count += 1;
        let request = ReadRequest {
            location: &location,
            root: context.root,
            purpose: placeholder::Placeholder::PURPOSE,
            validator: None,
        };
        let could_not = |error: &dyn std::fmt::Display| {
            let value = placeholder.value.as_str().unwrap_or_default();
            format!("Placeholder {} could not read location {value}, {error}", placeholder.key)
        };
        let files = context.reader.read(request).await.map_err(|error| could_not(&error))?;
        let bytes = match files.into_iter().next().map(|file| file.content) {
            Some(Content::Bytes(bytes, _)) => bytes,
            Some(Content::Failed(error)) => return Err(could_not(&error)),
            Some(Content::Unchanged | Content::Listed) | None => return Err(could_not(&"nothing was found")),
        };
        bytes_left = bytes_left.checked_sub(bytes.len()).ok_or_else(|| {
            could_not(&format_args!("the entity would be larger than {} bytes", limits.entity_bytes))
        })?;
        let value = placeholder::value_of(&placeholder, &bytes, &limits.yaml)?;
        if let Some(place) = document.pointer_mut(&placeholder.pointer) {
            *place = value;
        }
    }
    Ok(document)
}
