//! Ingestion from files in memory.

mod golden;
mod laws;
mod refresh;
mod screen;
mod speed;

use std::collections::{BTreeMap, HashMap};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use globset::GlobBuilder;
use model::{Change, Clock, EntityRef, Entropy, LocationRef, StoredEntity, Timestamp};
use secrets::{FingerprintKey, Scanner};
use serde_json::Value;

use super::location::is_pattern;
use super::*;

/// Files by `type:target`, some of which cannot be read.
#[derive(Default)]
struct Disk {
    files: BTreeMap<String, Result<String, ReadError>>,
    reads: AtomicUsize,
}

impl Reader for Disk {
    async fn read(&self, request: ReadRequest<'_>) -> Result<Vec<SourceFile>, ReadError> {
        let wanted = request.location.to_string();
        if is_pattern(request.location) {
            let glob = GlobBuilder::new(&wanted).literal_separator(true).build().expect("a pattern");
            let glob = glob.compile_matcher();
            let names = self.files.keys().filter(|name| glob.is_match(name));
            return Ok(names
                .map(|name| SourceFile {
                    location: LocationRef::parse(name).expect("a location"),
                    content: Content::Listed,
                })
                .collect());
        }
        self.reads.fetch_add(1, Ordering::Relaxed);
        match self.files.get(&wanted) {
            None => Err(ReadError::not_found("no such file")),
            Some(Err(error)) => Err(error.clone()),
            Some(Ok(text)) => {
                let validator: Arc<str> = format!("{:x}", text.len()).into();
                let content = if request.validator == Some(&*validator) && wanted.starts_with("url:") {
                    Content::Unchanged
                } else {
                    Content::Bytes(Bytes::from(text.clone()), Some(validator))
                };
                Ok(vec![SourceFile { location: request.location.clone(), content }])
            }
        }
    }
}

/// Bytes that differ each time.
#[derive(Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

#[derive(Default)]
struct Stored(HashMap<EntityRef, StoredEntity>);

impl Bodies for Stored {
    fn body(&self, entity: &EntityRef) -> Option<Arc<str>> {
        self.0.get(entity).map(|entity| entity.body.clone())
    }
}

/// What a refresh came to.
#[derive(Debug)]
struct Outcome {
    change: Change,
    report: Report,
    /// Whether every change was written.
    finished: bool,
}

/// A catalog with its disk.
struct World {
    disk: Disk,
    ingest: Ingest,
    state: State,
    stored: Stored,
    entropy: Counting,
}

impl World {
    fn new(settings: Settings) -> Self {
        Self {
            disk: Disk::default(),
            ingest: Ingest::new(settings),
            state: State::new(),
            stored: Stored::default(),
            entropy: Counting::default(),
        }
    }

    /// A world in which every kind may come from anywhere.
    fn open() -> Self {
        Self::new(Settings { rules: everything(), ..settings() })
    }

    /// An open world whose changes are of at most so many entities.
    fn in_pieces(size: usize) -> Self {
        let limits = Limits { piece_entities: size, ..Limits::default() };
        Self::new(Settings { rules: everything(), limits, ..settings() })
    }

    fn with(mut self, files: &[(&str, &str)]) -> Self {
        for (name, text) in files {
            self.write(name, text);
        }
        self
    }

    fn write(&mut self, name: &str, text: &str) {
        self.disk.files.insert(name.to_owned(), Ok(text.to_owned()));
    }

    fn remove(&mut self, name: &str) {
        self.disk.files.remove(name);
    }

    fn fail(&mut self, name: &str) {
        self.disk.files.insert(name.to_owned(), Err(ReadError::failed("the network is down")));
    }

    fn refresh(&mut self, root: &str) -> Outcome {
        self.refresh_until(root, usize::MAX)
    }

    /// A refresh that ends after a number of changes, as if the process had died there.
    fn refresh_until(&mut self, root: &str, most: usize) -> Outcome {
        let walk = block_on(self.ingest.read(&root_at(root), &self.disk, &self.state));
        let mut plan = self.ingest.plan(walk, &self.state);
        let report = plan.report().clone();
        let (change, finished) = self.carry_out(&mut plan, most);
        if finished {
            self.state.remember(plan.into_memories());
        }
        Outcome { change, report, finished }
    }

    fn retire(&mut self, keep: &[&str]) -> Change {
        self.retire_until(keep, usize::MAX)
    }

    fn retire_until(&mut self, keep: &[&str], most: usize) -> Change {
        let keep: Vec<RootLocation> = keep.iter().map(|root| root_at(root)).collect();
        let mut plan = self.ingest.retire_roots(&keep, &self.state);
        self.carry_out(&mut plan, most).0
    }

    /// Applies at most so many changes; what they were together, and whether they were all.
    fn carry_out(&mut self, plan: &mut Plan, most: usize) -> (Change, bool) {
        let mut whole = Change::default();
        for _ in 0..most {
            let Some(change) = plan.next_change(&self.state, &self.stored, &self.entropy) else {
                return (whole, true);
            };
            self.apply(&change);
            whole.upserts.extend(change.upserts);
            whole.deletes.extend(change.deletes);
        }
        // The next change is made, but does not come to be written.
        let finished = plan.next_change(&self.state, &self.stored, &self.entropy).is_none();
        (whole, finished)
    }

    fn apply(&mut self, change: &Change) {
        for gone in &change.deletes {
            assert!(self.stored.0.remove(gone).is_some(), "{gone} was deleted twice");
        }
        for entity in &change.upserts {
            self.stored.0.insert(entity.entity_ref.clone(), entity.clone());
        }
        self.state.apply(change);
        assert_eq!(self.state.len(), self.stored.0.len());
    }

    /// Forgets everything but what the store has, as a restart does.
    fn restart(&mut self) {
        self.state = State::new();
        for entity in self.stored.0.values() {
            self.state.add(entity);
        }
    }

    fn get(&self, entity: &str) -> Option<Value> {
        let entity = self.stored.0.get(&entity.parse().expect("a ref"))?;
        Some(serde_json::from_str(&entity.body).expect("a body is JSON"))
    }

    fn has(&self, entity: &str) -> bool {
        self.get(entity).is_some()
    }

    /// All refs but those of roots, in order.
    fn refs(&self) -> Vec<String> {
        let mut refs: Vec<String> = self.stored.0.keys().map(EntityRef::to_string).collect();
        refs.retain(|entity| !entity.starts_with("location:default/generated-"));
        refs.sort();
        refs
    }

    fn relations(&self, entity: &str) -> Vec<String> {
        let body = self.get(entity).expect("the entity is stored");
        let relations = body["relations"].as_array().expect("relations are a list");
        relations
            .iter()
            .map(|relation| {
                let text = |key: &str| relation[key].as_str().expect("text").to_owned();
                format!("{} {}", text("type"), text("targetRef"))
            })
            .collect()
    }

    fn problems(&self, entity: &str) -> Vec<String> {
        let body = self.get(entity).expect("the entity is stored");
        let items = body.pointer("/status/items").and_then(Value::as_array).cloned().unwrap_or_default();
        items.iter().map(|item| item["message"].as_str().expect("text").to_owned()).collect()
    }

    fn annotation(&self, entity: &str, name: &str) -> Option<String> {
        let body = self.get(entity).expect("the entity is stored");
        Some(body["metadata"]["annotations"].get(name)?.as_str()?.to_owned())
    }

    /// Bodies without the uid, which differs from world to world.
    fn bodies(&self) -> BTreeMap<String, Value> {
        let body = |entity: &StoredEntity| {
            let mut body: Value = serde_json::from_str(&entity.body).expect("a body is JSON");
            body["metadata"]["uid"].take();
            body
        };
        self.stored.0.iter().map(|(name, entity)| (name.to_string(), body(entity))).collect()
    }
}

/// Settings with the built-in rules.
pub(super) fn settings() -> Settings {
    let key = FingerprintKey::kept(vec![7; 32]).expect("it is long enough");
    Settings::new(Screening::new(Scanner::new(secrets::Rules::builtin(), key, Arc::new(Noon))))
}

/// A clock that stands.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_timestamp(1_798_000_000).expect("a time")
    }
}

fn everything() -> Rules {
    let kinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"];
    let allow = kinds.into_iter().map(AllowedKind::of_any_type).collect();
    Rules::new(vec![Rule { allow, locations: None }])
}

fn root_at(location: &str) -> RootLocation {
    let location = LocationRef::parse(location).expect("a location");
    RootLocation::new(&location, std::path::Path::new("/"))
}

/// The ref of the entity that stands for a root.
fn root_ref(location: &str) -> String {
    root_at(location).entity_ref().to_string()
}

/// Runs a future that never waits.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

fn component(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  lifecycle: production\n  owner: team-a\n{spec}"
    )
}

fn location(name: &str, targets: &[&str]) -> String {
    let targets = targets.join("\n    - ");
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  targets:\n    - {targets}\n"
    )
}

/// Documents of one file.
fn documents(documents: &[String]) -> String {
    documents.join("\n---\n")
}
