//! The walk: from a configured location through every Location in it to every document.

mod chains;
mod targets;
mod tell;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use chains::Chains;
use futures_util::StreamExt;
use futures_util::stream;
use indexmap::{IndexMap, IndexSet};
use model::{Entity, EntityRef, LocationRef, StatusItem};
use untrusted::yaml;

use super::annotate::annotate;
use super::document::{self, FileContext};
use super::location::{LocationSpec, is_pattern};
use super::memory::{FileMemory, Fingerprint, Memories, fingerprint};
use super::plan;
use super::report::Problem;
use super::source::{Broken, Claim, Sources};
use super::state::SourceHash;
use super::{Content, Purpose, ReadError, ReadRequest, Reader, RootLocation, Settings, State};

/// What a configured location holds, read and checked but not yet compared.
#[derive(Debug)]
pub struct Walk {
    pub(super) root: RootLocation,
    /// `type:target` of the root.
    pub(super) key: Arc<str>,
    pub(super) root_claim: Claim,
    /// Entities that differ, which claims name.
    pub(super) sources: Sources,
    /// By `type:target`, in the order read.
    pub(super) files: IndexMap<Arc<str>, FileFound>,
    /// The Locations whose targets were read.
    pub(super) visited: IndexSet<EntityRef>,
    /// Of those, the ones with targets that could not be read.
    pub(super) failures: HashMap<EntityRef, Failures>,
    /// Problems of Locations.
    pub(super) problems: Vec<Problem>,
    pub(super) memories: Memories,
    pub(super) files_read: usize,
    pub(super) unchanged_files: usize,
}

/// What one file holds.
#[derive(Debug, Default)]
pub(super) struct FileFound {
    /// The Locations that name it.
    pub parents: IndexSet<EntityRef>,
    pub claims: Vec<Claim>,
    /// What is told of claims that were taken, by their positions.
    pub notes: Vec<(usize, StatusItem)>,
    pub broken: Vec<Broken>,
    /// Why it could not be read.
    pub failed: Option<ReadError>,
}

/// Targets of a Location that could not be read. What they gave before stays.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// Files, by `type:target`.
    files: HashSet<Arc<str>>,
    /// Whether a whole pattern failed, so that its files are not known.
    patterns: bool,
}

impl Failures {
    /// Whether an entity from `file` stays, although the walk did not meet it.
    pub(super) fn cover(&self, file: &Arc<str>, was_read: bool) -> bool {
        self.files.contains(file) || (self.patterns && !was_read)
    }
}

/// A Location whose targets are to be read.
struct Visit {
    entity: EntityRef,
    spec: LocationSpec,
    /// The file it stands in.
    base: LocationRef,
    /// The innermost file on the way to it.
    chain: Option<usize>,
}

/// A file to read.
struct Wanted {
    location: LocationRef,
    /// Already had, from a pattern.
    content: Option<Content>,
    /// Whether a pattern named it, rather than its own path.
    from_pattern: bool,
}

pub(super) struct Walker<'a, R> {
    pub settings: &'a Settings,
    pub settings_print: Fingerprint,
    pub state: &'a State,
    pub reader: &'a R,
    pub walk: Walk,
    queue: VecDeque<Visit>,
    /// Locations whose ref another file had before. Who gets it shows when all else is read.
    contested: Vec<Visit>,
    chains: Chains,
    entities: usize,
    full: bool,
}

impl<'a, R: Reader> Walker<'a, R> {
    pub(super) fn new(
        settings: &'a Settings,
        settings_print: Fingerprint,
        state: &'a State,
        reader: &'a R,
        root: &RootLocation,
    ) -> Self {
        let key: Arc<str> = root.location().to_string().into();
        let mut sources = Sources::default();
        let (root_claim, spec) = root_claim(root, &key, settings, state, &mut sources);
        let visit =
            Visit { entity: root_claim.entity.clone(), spec, base: root.location().clone(), chain: None };
        let walk = Walk {
            root: root.clone(),
            memories: Memories::of(&key, settings_print),
            key,
            root_claim,
            sources,
            files: IndexMap::new(),
            visited: IndexSet::new(),
            failures: HashMap::new(),
            problems: Vec::new(),
            files_read: 0,
            unchanged_files: 0,
        };
        Self {
            settings,
            settings_print,
            state,
            reader,
            walk,
            queue: VecDeque::from([visit]),
            contested: Vec::new(),
            chains: Chains::default(),
            entities: 1,
            full: false,
        }
    }

    pub(super) async fn run(mut self) -> Walk {
        // Each round reads what the one before it decided about.
        for _ in 0..=self.settings.limits.depth {
            while let Some(visit) = self.queue.pop_front() {
                if self.walk.visited.insert(visit.entity.clone()) {
                    self.visit(visit).await;
                }
            }
            self.settle_contested();
            if self.queue.is_empty() {
                break;
            }
        }
        self.walk.sources.close();
        self.walk
    }

    fn settle_contested(&mut self) {
        let contested = std::mem::take(&mut self.contested);
        if contested.is_empty() {
            return;
        }
        let keys: Vec<Arc<str>> = contested.iter().map(|visit| key_of(&visit.base)).collect();
        let wanted = contested.iter().map(|visit| &visit.entity).zip(&keys);
        let won = plan::winners(self.settings, &self.walk, self.state, wanted);
        let (won, lost): (Vec<_>, Vec<_>) = contested.into_iter().zip(won).partition(|(_, won)| *won);
        self.queue.extend(won.into_iter().map(|(visit, _)| visit));
        self.contested.extend(lost.into_iter().map(|(visit, _)| visit));
    }

    async fn visit(&mut self, visit: Visit) {
        let mut wanted = Vec::new();
        for target in self.targets(&visit) {
            if is_pattern(&target) {
                wanted.extend(self.expand(&visit, &target).await);
            } else {
                wanted.push(Wanted { location: target, content: None, from_pattern: false });
            }
        }
        let unread: Vec<Wanted> = wanted.into_iter().filter(|wanted| self.is_new(&visit, wanted)).collect();
        let (reader, root) = (self.reader, self.walk.root.clone());
        let validators: Vec<Option<Arc<str>>> =
            unread.iter().map(|wanted| self.validator(&wanted.location)).collect();
        let mut reads = stream::iter(unread.into_iter().zip(validators).map(|(mut wanted, validator)| {
            let root = root.location();
            async move {
                let content = match wanted.content.take() {
                    Some(content) => Ok(content),
                    None => read_one(reader, &wanted.location, root, validator.as_deref()).await,
                };
                (wanted, content)
            }
        }))
        .buffered(self.reads_ahead(&visit));
        while let Some((wanted, content)) = reads.next().await {
            self.take(&visit, &wanted, content).await;
        }
    }

    /// How many files are read before they are needed. Those of this machine are there at once, and each
    /// costs memory until it is parsed.
    fn reads_ahead(&self, visit: &Visit) -> usize {
        let kind = visit.spec.kind.as_deref().unwrap_or(visit.base.kind());
        if kind == "file" { 1 } else { self.settings.limits.concurrent_reads.max(1) }
    }

    /// Whether a file must be read. One that another Location named before only gets another parent.
    fn is_new(&mut self, visit: &Visit, wanted: &Wanted) -> bool {
        let key = key_of(&wanted.location);
        if self.chains.leads_through(visit.chain, &key) {
            // A pattern that also matches the file it stands in means the others.
            let own = self.chains.ends_with(visit.chain, &key);
            if !(own && wanted.from_pattern) {
                let message = format!(
                    "Location targets {key}, which leads back to it; remove this target to break the circle"
                );
                self.problem(visit, "InputError", message);
            }
            return false;
        }
        if let Some(file) = self.walk.files.get_mut(&key) {
            file.parents.insert(visit.entity.clone());
            if let Some(error) = file.failed.clone() {
                self.refuse(visit, wanted, &error);
            }
            return false;
        }
        if self.walk.files_read >= self.settings.limits.files || self.full {
            self.overflow(visit, &key);
            return false;
        }
        // Entered now, so that a file which a Location names twice is read once.
        self.walk.files_read += 1;
        let parents = IndexSet::from([visit.entity.clone()]);
        self.walk.files.insert(key, FileFound { parents, ..FileFound::default() });
        true
    }

    async fn take(&mut self, visit: &Visit, wanted: &Wanted, content: Result<Content, ReadError>) {
        let key = key_of(&wanted.location);
        let error = match content {
            Ok(Content::Bytes(bytes, validator)) => {
                return self.parse(visit, &wanted.location, key, bytes, validator).await;
            }
            Ok(Content::Unchanged) => match self.memory(&key).cloned() {
                Some(memory) => return self.recall(visit, &wanted.location, &key, memory),
                None => ReadError::failed("the source says it is unchanged, but nothing is known of it"),
            },
            Ok(Content::Failed(error)) | Err(error) => error,
            Ok(Content::Listed) => ReadError::failed("the reader listed it instead of reading it"),
        };
        self.refuse(visit, wanted, &error);
        self.found(&key, |file| file.failed = Some(error));
    }

    async fn parse(
        &mut self,
        visit: &Visit,
        location: &LocationRef,
        key: Arc<str>,
        bytes: Bytes,
        validator: Option<Arc<str>>,
    ) {
        let print = fingerprint(&bytes);
        if let Some(memory) = self.memory(&key).filter(|memory| memory.fingerprint == print).cloned() {
            return self.recall(visit, location, &key, FileMemory { validator, ..memory });
        }
        let documents = match yaml::documents(&bytes, &self.settings.limits.yaml) {
            Ok(documents) => documents,
            Err(error) => {
                let broken = Broken::new(None, "Error", format!("YAML error at {key}, {error}"), true);
                return self.found(&key, |file| file.broken.push(broken));
            }
        };
        let root = self.walk.root.clone();
        let root_key = self.walk.key.clone();
        let context = FileContext {
            settings: self.settings,
            state: self.state,
            reader: self.reader,
            location,
            key: &key,
            root: root.location(),
            root_key: &root_key,
        };
        let chain = Some(self.chains.link(visit.chain, &key));
        let (mut claims, mut broken, mut placeholders) = (Vec::new(), Vec::new(), 0);
        let mut notes = Vec::new();
        for parsed in documents {
            let Some(read) = document::read(&context, parsed, &mut self.walk.sources).await else { continue };
            placeholders += read.placeholders;
            match read.outcome {
                Ok(claim) => {
                    notes.extend(read.notes.into_iter().map(|note| (claims.len(), note)));
                    self.entities += 1;
                    self.enqueue(&claim, location, &key, chain);
                    claims.push(claim);
                }
                Err(problem) => broken.push(problem),
            }
        }
        claims.shrink_to_fit();
        self.walk.files_read += placeholders;
        self.full |= self.entities > self.settings.limits.entities;
        let distinct: HashSet<&EntityRef> = claims.iter().map(|claim| &claim.entity).collect();
        if broken.is_empty() && notes.is_empty() && placeholders == 0 && distinct.len() == claims.len() {
            let memory = FileMemory {
                fingerprint: print,
                validator,
                entities: claims.iter().map(|claim| claim.entity.clone()).collect(),
                locations: claims
                    .iter()
                    .filter_map(|claim| Some((claim.entity.clone(), claim.location.as_deref()?.clone())))
                    .collect(),
            };
            self.walk.memories.note(&root_key, &key, memory);
        }
        self.found(&key, |file| (file.claims, file.notes, file.broken) = (claims, notes, broken));
    }

    /// Takes a file as it was, without parsing it.
    fn recall(&mut self, visit: &Visit, location: &LocationRef, key: &Arc<str>, memory: FileMemory) {
        let chain = Some(self.chains.link(visit.chain, key));
        let specs: HashMap<&EntityRef, &LocationSpec> =
            memory.locations.iter().map(|(entity, spec)| (entity, spec)).collect();
        let claims: Vec<Claim> = memory
            .entities
            .iter()
            .map(|entity| Claim {
                entity: entity.clone(),
                place: (1, 1),
                source: None,
                location: specs.get(entity).map(|spec| Box::new((*spec).clone())),
            })
            .collect();
        for claim in &claims {
            self.enqueue(claim, location, key, chain);
        }
        self.entities += claims.len();
        self.full |= self.entities > self.settings.limits.entities;
        self.walk.unchanged_files += 1;
        let root_key = self.walk.key.clone();
        self.walk.memories.note(&root_key, key, memory);
        self.found(key, |file| file.claims = claims);
    }

    /// Has a Location's own targets read, unless its ref is somebody else's.
    fn enqueue(&mut self, claim: &Claim, file: &LocationRef, key: &Arc<str>, chain: Option<usize>) {
        let Some(spec) = &claim.location else { return };
        if claim.entity == self.walk.root_claim.entity {
            return;
        }
        let visit = Visit { entity: claim.entity.clone(), spec: (**spec).clone(), base: file.clone(), chain };
        match self.state.slot(&claim.entity) {
            Some(slot) if slot.root => {}
            Some(slot) if self.state.location_key(slot) != key => self.contested.push(visit),
            _ => self.queue.push_back(visit),
        }
    }

    /// What is remembered of a file, if all its entities are still as it left them.
    fn memory(&self, key: &Arc<str>) -> Option<&FileMemory> {
        let memory = self.state.memories().find(&self.walk.key, self.settings_print, key)?;
        let intact = memory
            .entities
            .iter()
            .all(|entity| self.state.slot(entity).is_some_and(|slot| self.state.location_key(slot) == key));
        intact.then_some(memory)
    }

    fn validator(&self, location: &LocationRef) -> Option<Arc<str>> {
        self.memory(&key_of(location))?.validator.clone()
    }

    fn found(&mut self, key: &Arc<str>, fill: impl FnOnce(&mut FileFound)) {
        fill(self.walk.files.entry(key.clone()).or_default());
    }
}

fn key_of(location: &LocationRef) -> Arc<str> {
    location.to_string().into()
}

async fn read_one<R: Reader>(
    reader: &R,
    location: &LocationRef,
    root: &LocationRef,
    validator: Option<&str>,
) -> Result<Content, ReadError> {
    let request = ReadRequest { location, root, purpose: Purpose::Descriptor, validator };
    let mut files = reader.read(request).await?.into_iter();
    files.next().map(|file| file.content).ok_or_else(|| ReadError::not_found("nothing was found"))
}

/// The Location entity that stands for the root itself.
fn root_claim(
    root: &RootLocation,
    key: &Arc<str>,
    settings: &Settings,
    state: &State,
    sources: &mut Sources,
) -> (Claim, LocationSpec) {
    let document = annotate(root.entity(), root.location(), key, &settings.scm);
    let entity = Entity::parse(document).expect("a Location made of a type, a target and a hash is valid");
    let spec = LocationSpec::of(&entity);
    let text = entity.into_value().to_string();
    let hash = SourceHash::of(&text);
    let entity = root.entity_ref();
    let unchanged = state.slot(&entity).is_some_and(|slot| state.same_source(slot, hash, &[]));
    let source = (!unchanged).then(|| sources.push(&text, hash, &[], key));
    (Claim { entity, place: (1, 1), source, location: None }, spec)
}
