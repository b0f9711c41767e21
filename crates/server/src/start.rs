//! Starting, and stopping.

mod bound;
mod error;
mod housekeeping;
mod load;
mod signing_in;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use config::{Mode, Settings};
use identity::{LINK_LIFETIME, LinkToken, ServiceTokens};
use model::{Clock, Entropy, Secret, SystemClock};
use policy::{Engine, PolicyHandle};
use store::{AuditLimits, AuditQueue, Store, StoreError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::error::StartError;
pub use self::signing_in::secret_ages;

use self::bound::Bound;
use self::housekeeping::housekeeping;
use self::load::load;
use crate::app::{App, Phase};
use crate::audit::AuditLog;
use crate::audit_lines::AuditLines;
use crate::auth::{Accounts, World};
use crate::catalog::Catalog;
use crate::dispatch::Door;
use crate::edge::Edge;
use crate::freshness::Freshness;
use crate::ingest::{self, Ingestion};
use crate::metrics::Metrics;
use crate::policy_files::{self, PolicyFilesError};
use crate::reload::{Reloader, Signals};
use crate::secret_age::Ages;
use crate::sessions::Sessions;
use crate::setup::Setup;
use crate::system::SystemEntropy;
use crate::tls::Certificates;
use crate::{database, routes, service_tokens};

/// A server at work.
pub struct Running {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    url: String,
    link: Option<Secret<String>>,
    app: Arc<App>,
    reloader: Reloader,
    signals: Signals,
    tracker: TaskTracker,
    shutdown: CancellationToken,
    audit_task: tokio::task::JoinHandle<()>,
    lines: Option<std::thread::JoinHandle<()>>,
    grace: Duration,
}

impl Running {
    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the metrics listener, if there is one.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Where browsers find it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The one-time sign-in link of development mode. It is nowhere else.
    pub fn sign_in_link(&self) -> Option<&Secret<String>> {
        self.link.as_ref()
    }

    /// Serves until SIGINT or SIGTERM; SIGHUP reads policy, certificates and configuration again.
    pub async fn wait(mut self) {
        self.reloader.run_until_signal(&mut self.signals, &self.shutdown).await;
        self.stop().await;
    }

    /// Stops: takes no new requests, lets running ones finish, writes every audit record.
    pub async fn stop(self) {
        tracing::info!("stopping");
        self.app.phase.stop();
        self.shutdown.cancel();
        self.tracker.close();
        if tokio::time::timeout(self.grace + Duration::from_secs(1), self.tracker.wait()).await.is_err() {
            tracing::warn!("some tasks did not end in time");
        }
        self.app.ledger.close();
        if self.audit_task.await.is_err() {
            tracing::error!("the audit writer ended badly");
        }
        let store = Arc::clone(&self.app.store);
        // The last senders of lines go with the app and the reloader.
        drop((self.app, self.reloader));
        if let Some(lines) = self.lines {
            let _ = tokio::time::timeout(
                Duration::from_secs(5),
                tokio::task::spawn_blocking(move || drop(lines.join())),
            )
            .await;
        }
        store.close().await;
        tracing::info!("stopped");
    }
}

/// The policy that the settings name.
pub(crate) fn policy(settings: &Settings) -> Result<Vec<(String, String)>, PolicyFilesError> {
    policy_files::read(settings.policy_path.as_deref())
}

/// What the settings name by file, read and checked.
struct Named {
    certificates: Option<Arc<Certificates>>,
    engine: Engine,
    tokens: ServiceTokens,
    options: store::Options,
}

impl Named {
    fn read(settings: &Settings) -> Result<Self, StartError> {
        let files = policy(settings).map_err(|error| StartError::PolicyFiles(error.into()))?;
        Ok(Self {
            certificates: settings
                .https
                .as_ref()
                .map(Certificates::load)
                .transpose()
                .map_err(StartError::Tls)?,
            engine: Engine::load(files).map_err(StartError::Policy)?,
            tokens: service_tokens::from_settings(settings).map_err(StartError::Tokens)?,
            options: database::options(settings).map_err(StartError::DatabaseAuthority)?,
        })
    }
}

impl Setup {
    /// Reads what the configuration names (policy, certificates, tokens) as a start would, and starts
    /// nothing.
    pub fn check(&self) -> Result<(), StartError> {
        Named::read(&self.settings).map(drop)
    }
}

/// Starts a server: everything that can be refused is, before a port is bound.
pub async fn start(setup: Setup) -> Result<Running, StartError> {
    let settings = &setup.settings;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::default());
    let Named { certificates, engine, tokens, options } = Named::read(settings)?;
    let store = Store::open(options, Arc::clone(&clock)).await.map_err(StartError::Store)?;
    let store = Arc::new(store);
    let index = load(&store).await?;

    let limits = AuditLimits::default();
    let (queue, writer) = AuditQueue::new(Arc::clone(&store), limits).await.map_err(StartError::Load)?;
    let metrics = Metrics::new();
    let (lines, lines_thread) = settings.audit.stdout.then(|| AuditLines::start(std::io::stdout())).unzip();
    let ledger = AuditLog::new(queue, lines, setup.masks.clone(), settings.audit.refusals, metrics.clone());

    let signals = Signals::listen().map_err(StartError::Signals)?;
    let audit_task = tracker_free_spawn(writer.run());
    let world = World { store: &store, entropy: &entropy, ledger: &ledger };
    // In development the system may choose the port, which is part of what tokens say; in production nothing is listened on
    // before everything was judged.
    let early = match settings.mode {
        Mode::Production => Some(signing_in::ready(&setup, &settings.base_url, world, clock.now()).await?),
        Mode::Development => None,
    };
    let bound = Bound::new(settings).await?;
    let (address, metrics_address) = (bound.address, bound.metrics_address());

    let tracker = TaskTracker::new();
    let shutdown = CancellationToken::new();

    let catalog = Catalog::new(Arc::clone(&index));
    let idle = time::Duration::try_from(settings.session.idle_timeout).unwrap_or(time::Duration::DAY);
    let sessions = Sessions::new(Arc::clone(&store), catalog.clone(), idle);
    let url = public_url(settings, address);
    let (auth, ages) = match early {
        Some(ready) => ready,
        None => signing_in::ready(&setup, &url, world, clock.now()).await?,
    };
    sessions.know(auth.known());
    let app = Arc::new(App {
        development: settings.mode == Mode::Development,
        base_url: settings.base_url.clone(),
        public_url: url.clone(),
        limits: settings.edge.limits.clone(),
        session_lifetime: settings.session.lifetime,
        policy: PolicyHandle::new(engine),
        tokens: arc_swap::ArcSwap::from_pointee(tokens),
        sessions,
        auth: arc_swap::ArcSwap::from_pointee(auth),
        accounts: Accounts::new(settings.edge.rate_limits.account),
        tasks: tracker.clone(),
        store: Arc::clone(&store),
        ledger,
        masks: setup.masks.clone(),
        catalog,
        freshness: Freshness::default(),
        metrics: metrics.clone(),
        clock,
        entropy,
        ages: Ages::new(ages, settings.secrets.age),
        phase: Phase::default(),
        posture: arc_swap::ArcSwap::from_pointee(setup.posture.clone()),
    });
    // INVARIANT: what somebody answers for is on record before anything is served with it.
    app.record_accepted(&setup.accepted).await.map_err(StartError::Record)?;
    let first = Arc::new(ingest::plan(settings, setup.masks.scanner(), app.clock.now(), &setup.request.root));
    let (plans, watched) = watch::channel(Arc::clone(&first));
    let mut ingestion = Ingestion::new(&app, index, watched);
    // INVARIANT: what was stored under other rules of secrets is screened before anything is served.
    ingestion.screen_before_serving(&first.ingest).await.map_err(StartError::Load)?;
    drop(first);
    let door = Door::new(Arc::clone(&app), Edge::new(settings), routes::table().finish());

    bound.serve(settings, (&door, &metrics), certificates.as_ref(), &tracker, &shutdown);

    // On a thread of its own, so that reading a large catalog holds up no request.
    let (stop, runtime) = (shutdown.clone(), tokio::runtime::Handle::current());
    tracker.spawn_blocking(move || runtime.block_on(ingestion.run(stop)));
    tracker.spawn(housekeeping(Arc::clone(&app), Arc::clone(&door), shutdown.clone()));
    app.metrics.tell_ages(&app.ages.days());
    app.phase.serve();

    let url = url.as_str().trim_end_matches('/').to_owned();
    let link = match settings.mode {
        Mode::Development => Some(sign_in_link(&app, &url).await.map_err(StartError::Load)?),
        Mode::Production => None,
    };
    tracing::info!(%address, "serving");
    let grace = setup.settings.shutdown_grace;
    let reloader = Reloader::new(setup, Arc::clone(&app), door, certificates, plans);
    Ok(Running {
        address,
        metrics_address,
        url,
        link,
        app,
        reloader,
        signals,
        tracker,
        shutdown,
        audit_task,
        lines: lines_thread,
        grace,
    })
}

/// The audit writer outlives the tracker's tasks, whose last records it still writes.
#[expect(clippy::disallowed_methods, reason = "it must not be among the tasks it outlives; stop() awaits it")]
fn tracker_free_spawn(task: impl Future<Output = ()> + Send + 'static) -> tokio::task::JoinHandle<()> {
    tokio::spawn(task)
}

/// The base URL, with the port that the system chose where the configuration left that to it.
fn public_url(settings: &Settings, address: SocketAddr) -> url::Url {
    let mut url = settings.base_url.clone();
    if settings.mode == Mode::Development && settings.listen.port == 0 {
        let _ = url.set_port(Some(address.port()));
    }
    url
}

/// Makes the one-time link; only its hash is kept.
async fn sign_in_link(app: &App, url: &str) -> Result<Secret<String>, StoreError> {
    let token = LinkToken::generate(&*app.entropy);
    app.store.put_link(&token.hash(), None, app.clock.now() + LINK_LIFETIME).await?;
    Ok(Secret::new(format!("{url}{}?token={}", crate::pages::paths::SIGN_IN_LINK, token.expose())))
}
