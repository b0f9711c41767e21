//! Reading again what may change while requests are served: on SIGHUP, and when a file changes.
//!
//! What is wrong is refused whole, and the old stays in force.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use config::{Config, ConfigErrors, Problem, Settings};
use identity::ServiceTokens;
use policy::{Durability, Engine, Outcome, RequestFacts};
use secrets::Scanner;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch::Sender;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::audit;
use crate::auth::{Auth, World};
use crate::dispatch::Door;
use crate::edge::Edge;
use crate::gate::Judgement;
use crate::ingest::{self, Plan};
use crate::masks;
use crate::metrics::Reason;
use crate::secret_age;
use crate::service_tokens;
use crate::setup::{self, Setup};
use crate::start;
use crate::tls::Certificates;
use crate::watch::{self, Looks};

/// How often files are looked at.
const EVERY: Duration = Duration::from_secs(2);
/// The signals that a server obeys. Made before it answers, so that none comes too early.
pub(crate) struct Signals {
    hup: Signal,
    term: Signal,
    int: Signal,
}

impl Signals {
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            hup: signal(SignalKind::hangup())?,
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
        })
    }
}

fn tell_warnings(warnings: &[Problem]) {
    for warning in warnings {
        tracing::warn!(key = warning.key, "{}", warning.message);
    }
}

fn tell_errors(errors: &ConfigErrors) {
    for problem in errors.problems() {
        let place = problem.place.as_ref().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, key = problem.key, "{}; the old configuration stays", problem.message);
    }
}

/// Reads again.
pub(crate) struct Reloader {
    setup: Setup,
    /// What is in force: the setup's, and what was reloaded since.
    current: Settings,
    files: Vec<PathBuf>,
    app: Arc<App>,
    door: Arc<Door>,
    certificates: Option<Arc<Certificates>>,
    plans: Sender<Arc<Plan>>,
}

impl Reloader {
    pub(crate) fn new(
        setup: Setup,
        app: Arc<App>,
        door: Arc<Door>,
        certificates: Option<Arc<Certificates>>,
        plans: Sender<Arc<Plan>>,
    ) -> Self {
        let current = setup.settings.clone();
        let files = setup.config.files().to_vec();
        Self { setup, current, files, app, door, certificates, plans }
    }

    /// Reloads when asked or when a file changes; returns at SIGINT, SIGTERM or `shutdown`.
    pub(crate) async fn run_until_signal(&mut self, signals: &mut Signals, shutdown: &CancellationToken) {
        let mut seen = self.setup.seen.clone();
        loop {
            let why = tokio::select! {
                () = shutdown.cancelled() => return,
                _ = signals.term.recv() => return,
                _ = signals.int.recv() => return,
                _ = signals.hup.recv() => Some("SIGHUP"),
                () = tokio::time::sleep(EVERY) => None,
            };
            let now = self.look();
            let Some(why) = why.or((now != seen).then_some("file change")) else { continue };
            // A file that changed while it was read still differs from this look. Files that are watched
            // only now were looked at before they were read.
            let named = self.named_now();
            self.reload(why).await;
            seen = now;
            for (file, look) in named.into_iter().chain(self.look()) {
                seen.entry(file).or_insert(look);
            }
        }
    }

    /// What the files that the configuration names by now look like. Which they are is known once it was
    /// read, so it is read twice.
    fn named_now(&self) -> Looks {
        let request = &self.setup.request;
        let read = Config::load(request)
            .and_then(|config| Ok((Settings::from_config(&config, request.mode)?.0, config)));
        let Ok((settings, config)) = read else { return Looks::new() };
        watch::look(request, config.files(), &settings)
    }

    fn look(&self) -> Looks {
        watch::look(&self.setup.request, &self.files, &self.current)
    }

    /// Reads everything again. Each part stands for itself: a broken certificate does not keep a
    /// good policy out. INVARIANT: what is put in force was recorded first.
    async fn reload(&mut self, why: &'static str) {
        tracing::info!(why, "reading policy, certificates and configuration again");
        let fresh = self.settings();
        let settings = fresh.as_ref().map_or(&self.current, |(_, settings)| settings);
        self.policy(settings, why).await;
        self.certificates(settings, why).await;
        let tokens = fresh.as_ref().and_then(|(_, settings)| {
            service_tokens::from_settings(settings)
                .map_err(|problem| tracing::error!("{problem}; the old configuration stays"))
                .ok()
        });
        let auth = match &fresh {
            Some((_, settings)) => self.auth(settings).await,
            None => None,
        };
        let scanner = fresh.as_ref().and_then(|(config, settings)| self.scanner(config, settings));
        let judgement = fresh.as_ref().and_then(|(config, _)| self.judge(config));
        let good = tokens.is_some() && auth.is_some() && scanner.is_some() && judgement.is_some();
        if self.record("configuration", good, why).await
            && let (Some((config, settings)), Some(tokens), Some(auth)) = (fresh, tokens, auth)
            && let (Some(scanner), Some(judgement)) = (scanner, judgement)
        {
            if let Err(error) = self.app.record_accepted(&judgement.accepted).await {
                tracing::error!(%error, "what is accepted could not be recorded, so the old configuration stays");
                return;
            }
            self.app.posture.store(Arc::new(judgement.posture));
            self.app.masks.replace(scanner);
            self.app.sessions.know(auth.known());
            self.ages(&config, &settings, &auth).await;
            self.app.auth.store(Arc::new(auth));
            self.apply(&config, settings, tokens);
        }
    }

    /// Signing in, with these settings at the address that is served.
    async fn auth(&self, settings: &Settings) -> Option<Auth> {
        let started = &self.setup.settings;
        let settings = Settings {
            base_url: started.base_url.clone(),
            app_base_url: started.app_base_url.clone(),
            ..settings.clone()
        };
        let app = &self.app;
        let world = World { store: &app.store, entropy: &app.entropy, ledger: &app.ledger };
        let before = app.auth.load_full();
        match Auth::new(&settings, &app.public_url, world, Some(&before), app.clock.now()).await {
            Ok(auth) => Some(auth),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the old configuration stays");
                None
            }
        }
    }

    /// How old the secrets of another configuration are. A running server is not stopped by one that is too old: it is
    /// told of, shown on the page, and stops the next start.
    async fn ages(&self, config: &Config, settings: &Settings, auth: &Auth) {
        if settings.auth.sealing_key.is_none() {
            return;
        }
        let (app, limits) = (&self.app, settings.secrets.age);
        match secret_age::look(config, limits, (&app.store, &auth.sealer), &app.ledger, app.clock.now()).await
        {
            Ok(ages) => {
                match secret_age::judged(&ages, limits, settings.mode) {
                    Ok(problems) => tell_warnings(&problems),
                    Err(errors) => tell_errors(&errors),
                }
                app.ages.replace(ages);
                app.metrics.tell_ages(&app.ages.days());
            }
            Err(error) => tracing::error!(%error, "the ages of secrets could not be read"),
        }
    }

    fn judge(&self, config: &Config) -> Option<Judgement> {
        match setup::judged(&*self.setup.gate, config, self.setup.request.mode) {
            Ok(judgement) => {
                tell_warnings(&judgement.problems);
                Some(judgement)
            }
            Err(errors) => {
                tell_errors(&errors);
                None
            }
        }
    }

    fn scanner(&self, config: &Config, settings: &Settings) -> Option<Scanner> {
        let before = self.app.masks.scanner();
        match masks::scanner(config, settings, &*self.app.entropy, Some(&before)) {
            Ok((scanner, warnings)) => {
                tell_warnings(&warnings);
                Some(scanner)
            }
            Err(errors) => {
                tell_errors(&errors);
                None
            }
        }
    }

    fn settings(&self) -> Option<(Config, Settings)> {
        let request = &self.setup.request;
        let read = Config::load(request).and_then(|config| {
            let (settings, warnings) = Settings::from_config(&config, request.mode)?;
            Ok((config, settings, warnings))
        });
        match read {
            Ok((config, settings, warnings)) => {
                tell_warnings(&warnings);
                Some((config, settings))
            }
            Err(errors) => {
                tell_errors(&errors);
                None
            }
        }
    }

    async fn certificates(&self, settings: &Settings, why: &'static str) {
        let (Some(certificates), Some(https)) = (&self.certificates, &settings.https) else { return };
        let fresh = Certificates::read(https);
        if let Err(error) = &fresh {
            tracing::error!(error = error as &dyn std::error::Error, "the old certificate stays");
        }
        if self.record("certificates", fresh.is_ok(), why).await
            && let Ok(fresh) = fresh
        {
            certificates.replace(fresh);
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

    /// Puts in force what can change while requests are served; what cannot stays as it was started.
    fn apply(&mut self, config: &Config, settings: Settings, tokens: ServiceTokens) {
        for key in Settings::restart_keys(&self.setup.config, config) {
            tracing::warn!(key, "this takes effect when the server is started again");
        }
        let started = &self.setup.settings;
        let settings = Settings {
            base_url: started.base_url.clone(),
            app_base_url: started.app_base_url.clone(),
            ..settings
        };
        self.app.tokens.store(Arc::new(tokens));
        self.door.replace_edge(Edge::new(&settings));
        let root = &self.setup.request.root;
        let plan = ingest::plan(&settings, self.app.masks.scanner(), self.app.clock.now(), root);
        self.plans.send_replace(Arc::new(plan));
        self.files = config.files().to_vec();
        self.current = settings;
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
