//! The task that keeps the catalog up to date: reads configured locations, writes what differs.

mod rescan;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ::catalog::index::{Index, Snapshot};
use ::catalog::ingest::{self, Bodies, Ingest, RootLocation, State, Walk};
use model::{Change, Clock, EntityRef, Entropy, LocationRef, Timestamp};
use secrets::Scanner;
use store::{Feed, Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::freshness::Freshness;
use crate::metrics::{Metrics, Reason};
use crate::quarantine::Quarantine;
use crate::reader::Readers;

/// Locations read at the same time. Each holds a file, and what one document of it became.
const TOGETHER: usize = 4;
/// Changes followed at once.
const FOLLOWED: u32 = 1000;
/// How long to wait after the database refused.
const PAUSE: Duration = Duration::from_secs(5);

/// What to read, and how: made from the settings, replaced when they are.
pub(crate) struct Plan {
    pub(crate) ingest: Ingest,
    pub(crate) roots: Vec<RootLocation>,
    pub(crate) readers: Readers,
    /// Time between refreshes; `None` reads once, and then only when asked.
    pub(crate) interval: Option<Duration>,
}

/// The task.
pub(crate) struct Ingestion {
    store: Arc<Store>,
    index: Arc<Index>,
    /// What the writer knows. Read by the task itself: nobody waits for it at the door.
    state: State,
    /// Whether it was read.
    loaded: bool,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    freshness: Freshness,
    quarantine: Quarantine,
    /// What stored entities were screened for.
    screened: Option<String>,
    metrics: Metrics,
    plans: watch::Receiver<Arc<Plan>>,
    wake: Arc<Notify>,
}

struct Served(Arc<Snapshot>);

impl Bodies for Served {
    fn body(&self, entity: &EntityRef) -> Option<Arc<str>> {
        self.0.find(entity).map(|slot| Arc::clone(self.0.body(slot)))
    }
}

impl Ingestion {
    /// The task over the app's store, for the index that the app serves.
    pub(crate) fn new(app: &App, index: Arc<Index>, plans: watch::Receiver<Arc<Plan>>) -> Self {
        Self {
            store: Arc::clone(&app.store),
            index,
            state: State::new(),
            loaded: false,
            entropy: Arc::clone(&app.entropy),
            clock: Arc::clone(&app.clock),
            freshness: app.freshness.clone(),
            quarantine: app.catalog.quarantine().clone(),
            screened: None,
            metrics: app.metrics.clone(),
            plans,
            wake: Arc::new(Notify::new()),
        }
    }

    /// Refreshes until shutdown.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        loop {
            let plan = Arc::clone(&self.plans.borrow_and_update());
            let refreshed = tokio::select! {
                () = shutdown.cancelled() => return,
                refreshed = self.refresh(&plan) => refreshed,
            };
            let pause = match refreshed {
                Ok(()) => plan.interval,
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "the catalog was not refreshed"
                    );
                    self.metrics.refreshes.get_or_create(&Reason { reason: "store" }).inc();
                    Some(PAUSE)
                }
            };
            let pause = pause.map(|pause| self.jittered(pause));
            let rest = async {
                match pause {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = rest => {}
                () = self.wake.notified() => {}
                changed = self.plans.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Between the interval and one and a half of it, as the reference spreads its load.
    fn jittered(&self, interval: Duration) -> Duration {
        let mut byte = [0];
        self.entropy.fill(&mut byte);
        interval + interval.mul_f64(f64::from(byte[0]) / 510.0)
    }

    /// Reads what the writer knows, once.
    async fn load_state(&mut self) -> Result<(), StoreError> {
        if !self.loaded {
            self.state = State::new();
            let state = &mut self.state;
            self.store.scan(|entity| state.add(&entity)).await?;
            self.loaded = true;
        }
        Ok(())
    }

    async fn refresh(&mut self, plan: &Plan) -> Result<(), StoreError> {
        self.load_state().await?;
        self.follow().await?;
        let later = plan.ingest.as_of(self.clock.now());
        let ingest = later.as_ref().unwrap_or(&plan.ingest);
        self.screen_stored(ingest).await?;
        self.carry_out(&mut ingest.retire_roots(&plan.roots, &self.state)).await?;
        let mut problems = 0;
        for together in plan.roots.chunks(TOGETHER) {
            // These are read under one state; each is planned under the state its forerunners left.
            let reads = together.iter().map(|root| ingest.read(root, &plan.readers, &self.state));
            let walks: Vec<Walk> = futures_util::future::join_all(reads).await;
            let read_at = self.clock.now();
            for (walk, root) in walks.into_iter().zip(together) {
                let mut changes = ingest.plan(walk, &self.state);
                let report = changes.report();
                problems += report.problems.len() + report.conflicts.len();
                tell(report);
                self.carry_out(&mut changes).await?;
                let origin = root.location().to_string();
                self.freshness.note(&origin, read_at, &changes.report().read);
                self.quarantine.note(origin, &changes.report().quarantined);
                self.state.remember(changes.into_memories());
                self.metrics.refreshes.get_or_create(&Reason { reason: "done" }).inc();
            }
        }
        let configured: HashSet<String> = plan.roots.iter().map(|root| root.location().to_string()).collect();
        self.freshness.keep(|origin| configured.contains(origin));
        self.quarantine.keep(|origin| configured.contains(origin));
        self.metrics.problems.set(i64::try_from(problems).unwrap_or(i64::MAX));
        self.metrics.entities.set(i64::try_from(self.state.len()).unwrap_or(i64::MAX));
        Ok(())
    }

    /// Writes a plan, one change after the other, and serves each once it is written.
    async fn carry_out(&mut self, plan: &mut ingest::Plan) -> Result<(), StoreError> {
        loop {
            // This snapshot is let go of before the next one is made.
            let bodies = Served(self.index.snapshot());
            let change = plan.next_change(&self.state, &bodies, &*self.entropy);
            drop(bodies);
            let Some(change) = change else { return Ok(()) };
            self.write(&change).await?;
        }
    }

    /// Takes over what other replicas wrote.
    async fn follow(&mut self) -> Result<(), StoreError> {
        loop {
            let since = self.index.snapshot().sequence();
            let Feed::Changes { changes, upto } = self.store.changes_since(since, FOLLOWED).await? else {
                return self.start_over().await;
            };
            for (sequence, change) in changes {
                self.take_over(&change, sequence);
            }
            if upto <= since || self.index.snapshot().sequence() >= self.store.sequence().await? {
                return Ok(());
            }
        }
    }

    /// The feed has a gap (the database was restored, or we slept too long): works out what differs
    /// from a full scan.
    async fn start_over(&mut self) -> Result<(), StoreError> {
        let snapshot = self.index.snapshot();
        let mut state = State::new();
        let mut upserts = Vec::new();
        let sequence = self
            .store
            .scan(|entity| {
                state.add(&entity);
                let served = snapshot.find(&entity.entity_ref);
                let same = served.is_some_and(|slot| {
                    **snapshot.body(slot) == *entity.body && *snapshot.parents(slot) == *entity.parents
                });
                if !same {
                    upserts.push(entity);
                }
            })
            .await?;
        let deletes = snapshot
            .select(&model::Predicate::TRUE)
            .iter()
            .filter_map(|slot| snapshot.ref_text(slot).parse().ok())
            .filter(|found| !state.contains(found))
            .collect();
        self.state = state;
        let change = Change { upserts, deletes };
        self.take_over(&change, sequence.max(snapshot.sequence() + 1));
        Ok(())
    }

    async fn write(&mut self, change: &Change) -> Result<(), StoreError> {
        if change.is_empty() {
            return Ok(());
        }
        let base = self.index.snapshot().sequence();
        let sequence = self.store.apply_from(change, base).await?;
        self.take_over(change, sequence);
        Ok(())
    }

    fn take_over(&mut self, change: &Change, sequence: i64) {
        self.state.apply(change);
        if let Err(error) = self.index.apply(change, sequence) {
            // The database holds it; what cannot be indexed is not served until it is mended.
            tracing::error!(error = &error as &dyn std::error::Error, "a change could not be indexed");
        }
        self.metrics.sequence.set(sequence);
    }
}

fn tell(report: &ingest::Report) {
    for problem in &report.problems {
        tracing::warn!(
            location = &*problem.location,
            entity = problem.entity.as_str(),
            problem = problem.item.message,
            "catalog"
        );
    }
    for conflict in &report.conflicts {
        tracing::warn!(
            entity = conflict.entity.as_str(),
            holder = &*conflict.holder,
            claimant = &*conflict.claimant,
            "two locations claim one entity; the first keeps it"
        );
    }
}

/// What ingestion takes from the settings.
pub(crate) fn plan(
    settings: &config::Settings,
    scanner: Scanner,
    now: Timestamp,
    working_directory: &std::path::Path,
) -> Plan {
    let catalog = &settings.catalog;
    let allowed = |allow: &config::Allow| ingest::AllowedKind {
        kind: allow.kind.clone(),
        spec_type: allow.spec_type.clone(),
    };
    let mut rules = match &catalog.rules {
        None => ingest::Rules::default(),
        Some(rules) => ingest::Rules::new(
            rules
                .iter()
                .map(|rule| ingest::Rule {
                    allow: rule.allow.iter().map(allowed).collect(),
                    locations: rule
                        .locations
                        .as_ref()
                        .map(|locations| locations.iter().filter_map(location_test).collect()),
                })
                .collect(),
        ),
    };
    let mut roots = Vec::new();
    for configured in &catalog.locations {
        // The settings refuse a location that is none, with its place.
        let Ok(location) = LocationRef::new(&configured.kind, &configured.target) else { continue };
        let root = RootLocation::new(&location, working_directory);
        for allow in configured.rules.iter().flatten() {
            rules = rules.with_location(root.location(), allow.iter().map(allowed).collect());
        }
        roots.push(root);
    }
    let scm = settings
        .integrations
        .iter()
        .filter_map(|integration| {
            let kind = match integration.kind {
                config::IntegrationKind::GitHub => ingest::ScmKind::GitHub,
                config::IntegrationKind::GitLab => ingest::ScmKind::GitLab,
                _ => return None,
            };
            Some((integration.host.clone(), kind))
        })
        .collect();
    let ingest = Ingest::new(ingest::Settings {
        rules,
        orphans: match catalog.orphan_strategy {
            config::OrphanStrategy::Keep => ingest::OrphanStrategy::Keep,
            config::OrphanStrategy::Delete => ingest::OrphanStrategy::Delete,
        },
        scm: ingest::ScmHosts::new(scm),
        working_directory: working_directory.to_path_buf(),
        ..ingest::Settings::new(screening(&settings.secrets, scanner, now))
    });
    let readers = Readers::new(settings, working_directory);
    Plan { ingest, roots, readers, interval: catalog.processing_interval }
}

/// What ingestion does about secrets.
fn screening(settings: &config::SecretsSettings, scanner: Scanner, now: Timestamp) -> ingest::Screening {
    let mut allow = Vec::new();
    for allowed in &settings.allow {
        let (rule, place) = (&*allowed.rule, &allowed.place);
        if scanner.rules().find(rule).is_none() {
            tracing::warn!(%place, rule, "`stagedoor.secrets.allow` names a rule that is not there");
        }
        if allowed.until <= now {
            tracing::warn!(
                %place,
                rule,
                "this entry of `stagedoor.secrets.allow` has expired and is ignored; mend what it is about, or give it a new day"
            );
            continue;
        }
        allow.push(ingest::AllowedFinding {
            rule: allowed.rule.clone(),
            entity: allowed.entity.clone(),
            until: allowed.until,
        });
    }
    let on_find = match settings.on_ingest {
        config::OnIngest::Mask => ingest::OnFind::Mask,
        config::OnIngest::Quarantine => ingest::OnFind::Quarantine,
        config::OnIngest::Reject => ingest::OnFind::Reject,
    };
    ingest::Screening { scanner, on_find, allow }
}

/// A location a rule names, with relative file targets as they are written.
fn location_test(location: &config::RuleLocation) -> Option<ingest::LocationTest> {
    let target = match &location.target {
        config::RuleTarget::Any => ingest::TargetTest::Any,
        config::RuleTarget::Exact(text) => ingest::TargetTest::Exact(text.clone()),
        config::RuleTarget::Pattern(text) => ingest::TargetTest::pattern(text).ok()?,
    };
    Some(ingest::LocationTest { kind: location.kind.clone(), target })
}
