//! Reading again what may change while requests are served: on SIGHUP, and when a file changes.
//!
//! What is wrong is refused whole, and the old stays in force.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use config::{Config, Settings};
use identity::ServiceTokens;
use policy::{Durability, Engine, Outcome, RequestFacts};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::audit;
use crate::dispatch::Door;
use crate::edge::Edge;
use crate::ingest::{self, Plan};
use crate::metrics::Reason;
use crate::reader::Readers;
use crate::start::{self, Setup};
use crate::tls::Certificates;

/// How often files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// What a file looked like; another look means that it may have changed.
type Look = Option<(SystemTime, u64)>;

/// Reads again.
pub(crate) struct Reloader {
    setup: Setup,
    app: Arc<App>,
    door: Arc<Door>,
    certificates: Option<Arc<Certificates>>,
    plans: watch::Sender<Arc<Plan>>,
}

impl Reloader {
    pub(crate) fn new(
        setup: Setup,
        app: Arc<App>,
        door: Arc<Door>,
        certificates: Option<Arc<Certificates>>,
        plans: watch::Sender<Arc<Plan>>,
    ) -> Self {
        Self { setup, app, door, certificates, plans }
    }

    /// Reloads when asked or when a file changes; returns at SIGINT, SIGTERM or `shutdown`.
    pub(crate) async fn run_until_signal(&self, shutdown: &CancellationToken) {
        let (mut hup, mut term, mut int) = match (
            signal(SignalKind::hangup()),
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        ) {
            (Ok(hup), Ok(term), Ok(int)) => (hup, term, int),
            _ => {
                tracing::error!("signals cannot be received; stop the process to end it");
                shutdown.cancelled().await;
                return;
            }
        };
        let mut seen = self.look();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = term.recv() => return,
                _ = int.recv() => return,
                _ = hup.recv() => {
                    self.reload("SIGHUP").await;
                    seen = self.look();
                }
                () = tokio::time::sleep(EVERY) => {
                    let now = self.look();
                    if now != seen {
                        self.reload("file change").await;
                        // Looked at again: a file may have changed while it was read.
                        seen = now;
                    }
                }
            }
        }
    }

    fn look(&self) -> BTreeMap<PathBuf, Look> {
        let mut files = self.setup.files.clone();
        files.extend(self.certificates.iter().flat_map(|certificates| certificates.files()));
        if let Some(path) = &self.setup.settings.policy_path {
            files.push(path.clone());
            files.extend(
                std::fs::read_dir(path)
                    .into_iter()
                    .flatten()
                    .filter_map(|entry| Some(entry.ok()?.path()))
                    .take(1000),
            );
        }
        files
            .into_iter()
            .map(|file| {
                let look = look_at(&file);
                (file, look)
            })
            .collect()
    }

    /// Reads everything again. Each part stands for itself: a broken certificate does not keep a
    /// good policy out. INVARIANT: what is put in force was recorded first.
    pub(crate) async fn reload(&self, why: &'static str) {
        tracing::info!(why, "reading policy, certificates and configuration again");
        let settings = self.settings();
        self.policy(settings.as_ref().unwrap_or(&self.setup.settings), why).await;
        if let Some(certificates) = &self.certificates {
            let fresh = certificates.read();
            if let Err(error) = &fresh {
                tracing::error!(error = error as &dyn std::error::Error, "the old certificate stays");
            }
            if self.record("certificates", fresh.is_ok(), why).await
                && let Ok(fresh) = fresh
            {
                certificates.replace(fresh);
            }
        }
        let tokens = settings.as_ref().and_then(|settings| {
            start::service_tokens(settings)
                .map_err(|problem| tracing::error!("{problem}; the old configuration stays"))
                .ok()
        });
        if self.record("configuration", tokens.is_some(), why).await
            && let (Some(settings), Some(tokens)) = (&settings, tokens)
        {
            self.apply(settings, tokens);
        }
    }

    fn settings(&self) -> Option<Settings> {
        let request = &self.setup.request;
        let read = Config::load(request).and_then(|config| Settings::from_config(&config, request.mode));
        match read {
            Ok((settings, warnings)) => {
                for warning in warnings {
                    tracing::warn!(key = warning.key, "{}", warning.message);
                }
                Some(settings)
            }
            Err(errors) => {
                for problem in errors.problems() {
                    let place = problem.place.as_ref().map(ToString::to_string).unwrap_or_default();
                    tracing::error!(
                        place,
                        key = problem.key,
                        "{}; the old configuration stays",
                        problem.message
                    );
                }
                None
            }
        }
    }

    async fn policy(&self, settings: &Settings, why: &'static str) {
        let read = start::policy(settings)
            .map_err(|error| error.to_string())
            .and_then(|files| Engine::load(files).map_err(|errors| errors.to_string()));
        if let Err(problem) = &read {
            tracing::error!("{problem}; the old policy stays");
        }
        if self.record("policy", read.is_ok(), why).await
            && let Ok(engine) = read
        {
            self.app.policy.put(engine);
        }
    }

    /// Puts in force what can change while requests are served.
    fn apply(&self, settings: &Settings, tokens: ServiceTokens) {
        let old = &self.setup.settings;
        let fixed = [
            ("backend.listen", old.listen != settings.listen),
            ("backend.database", format!("{:?}", old.database) != format!("{:?}", settings.database)),
            ("backend.https", old.https.is_some() != settings.https.is_some()),
            ("stagedoor.edge.limits", old.edge.limits != settings.edge.limits),
        ];
        for (key, changed) in fixed {
            if changed {
                tracing::warn!(key, "this takes effect when the server is started again");
            }
        }
        self.app.tokens.store(Arc::new(tokens));
        self.door.replace_edge(Edge::new(settings));
        let root = &self.setup.request.root;
        self.plans.send_replace(Arc::new(ingest::plan(settings, root, Readers::new(settings, root))));
    }

    /// Records a reload; whether it may take effect.
    async fn record(&self, what: &'static str, good: bool, why: &'static str) -> bool {
        let reason = match (what, good) {
            ("policy", true) => "policy",
            ("policy", false) => "policy refused",
            ("certificates", true) => "certificates",
            ("certificates", false) => "certificates refused",
            (_, true) => "configuration",
            (_, false) => "configuration refused",
        };
        self.app.metrics.reloads.get_or_create(&Reason { reason }).inc();
        let facts = RequestFacts::new(self.app.clock.now(), "reload", "", "");
        let outcome = if good { Outcome::Allowed } else { Outcome::Denied };
        let recorded = self
            .app
            .ledger
            .event(&facts, &audit::RELOAD, outcome, Durability::Durable, |record| {
                record.resource_ref = Some(what.to_owned());
                record.reason = vec![why.into()];
            })
            .await;
        if let Err(error) = &recorded {
            tracing::error!(%error, what, "a reload could not be recorded, so the old stays");
        }
        good && recorded.is_ok()
    }
}

fn look_at(path: &Path) -> Look {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
