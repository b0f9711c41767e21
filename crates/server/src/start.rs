//! Starting, and stopping.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::catalog::index::{Builder, Index, IndexError};
use config::{Mode, Settings};
use identity::{LINK_LIFETIME, LinkToken, ServiceTokens};
use model::{Clock, Entropy, Secret, SystemClock};
use policy::{Engine, LedgerError, PolicyHandle};
use store::{AuditLimits, AuditQueue, OpenError, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::{App, Phase};
use crate::audit::AuditLog;
use crate::audit_lines::AuditLines;
use crate::catalog::Catalog;
use crate::dispatch::Door;
use crate::edge::Edge;
use crate::freshness::Freshness;
use crate::ingest::{self, Ingestion};
use crate::listen::{self, ConnectionLimits};
use crate::metrics::Metrics;
use crate::metrics_listener::MetricsDoor;
use crate::policy_files::{self, PolicyFilesError};
use crate::reload::{Reloader, Signals};
use crate::sessions::Sessions;
use crate::setup::Setup;
use crate::system::SystemEntropy;
use crate::tls::{Certificates, TlsError};
use crate::{database, routes, service_tokens};

/// Why the server did not start. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The certificate cannot be used.
    #[error("`backend.https` cannot be used")]
    Tls(#[source] TlsError),
    /// Policy files cannot be read.
    #[error("`stagedoor.policy.path` cannot be used")]
    PolicyFiles(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Policy files are wrong.
    #[error("the policy is refused\n{0}")]
    Policy(policy::PolicyErrors),
    /// A service token is wrong.
    #[error("`backend.auth.externalAccess` is refused: {0}")]
    Tokens(String),
    /// The database's certificate authority cannot be read.
    #[error("`backend.database.connection.ssl.ca` cannot be read")]
    DatabaseAuthority(#[source] std::io::Error),
    /// The database cannot be opened.
    #[error("the database cannot be used")]
    Store(#[source] OpenError),
    /// What is stored cannot be loaded.
    #[error("the stored catalog cannot be loaded")]
    Load(#[source] StoreError),
    /// What is stored cannot be indexed.
    #[error("the stored catalog cannot be indexed")]
    Index(#[source] IndexError),
    /// What somebody answers for cannot be recorded.
    #[error("the audit log cannot be written")]
    Record(#[source] LedgerError),
    /// Signals cannot be received, so that nothing could stop the server gently.
    #[error("signals cannot be received")]
    Signals(#[source] std::io::Error),
    /// The port cannot be listened on.
    #[error("cannot listen on {at}")]
    Listen {
        /// Host and port.
        at: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl StartError {
    /// Whether mending the configuration mends it.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Tls(_)
                | Self::PolicyFiles(_)
                | Self::Policy(_)
                | Self::Tokens(_)
                | Self::DatabaseAuthority(_)
        )
    }

    /// What to do, where the error's own text does not say it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Listen { .. } => {
                Some("another process may hold the port; choose one with `backend.listen.port`")
            }
            _ => None,
        }
    }
}

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
    let tcp = bind(&format!("{}:{}", bracketed(&settings.listen.host), settings.listen.port)).await?;
    let address = tcp.local_addr().map_err(|source| StartError::Listen { at: "the port".into(), source })?;
    let metrics_tcp = match &settings.metrics {
        Some(metrics) => Some(bind(&metrics.listen.to_string()).await?),
        None => None,
    };
    let metrics_address = metrics_tcp.as_ref().and_then(|tcp| tcp.local_addr().ok());

    let tracker = TaskTracker::new();
    let shutdown = CancellationToken::new();
    let audit_task = tracker_free_spawn(writer.run());

    let catalog = Catalog::new(Arc::clone(&index));
    let idle = time::Duration::try_from(settings.session.idle_timeout).unwrap_or(time::Duration::DAY);
    let sessions = Sessions::new(Arc::clone(&store), catalog.clone(), idle);
    let app = Arc::new(App {
        development: settings.mode == Mode::Development,
        base_url: settings.base_url.clone(),
        limits: settings.edge.limits.clone(),
        session_lifetime: settings.session.lifetime,
        policy: PolicyHandle::new(engine),
        tokens: arc_swap::ArcSwap::from_pointee(tokens),
        sessions,
        store: Arc::clone(&store),
        ledger,
        masks: setup.masks.clone(),
        catalog,
        freshness: Freshness::default(),
        metrics: metrics.clone(),
        clock,
        entropy,
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

    let connection_limits = connection_limits(settings);
    let tls = certificates.as_ref().map(Certificates::acceptor);
    tracker.spawn(listen::serve(
        tcp,
        tls,
        connection_limits,
        Arc::clone(&door),
        tracker.clone(),
        shutdown.clone(),
    ));
    if let (Some(tcp), Some(configured)) = (metrics_tcp, &settings.metrics) {
        let door = Arc::new(MetricsDoor::new(metrics.clone(), configured.token.as_ref()));
        let small = ConnectionLimits { connections: 16, ..connection_limits };
        tracker.spawn(listen::serve(tcp, None, small, door, tracker.clone(), shutdown.clone()));
    }

    // On a thread of its own, so that reading a large catalog holds up no request.
    let (stop, runtime) = (shutdown.clone(), tokio::runtime::Handle::current());
    tracker.spawn_blocking(move || runtime.block_on(ingestion.run(stop)));
    tracker.spawn(housekeeping(Arc::clone(&app), Arc::clone(&door), shutdown.clone()));
    app.phase.serve();

    let url = public_url(settings, address);
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

/// Everything stored, as readers need it. What the writer needs is read later, by its task.
async fn load(store: &Store) -> Result<Arc<Index>, StartError> {
    let mut builder = Builder::default();
    let mut wrong = None;
    let sequence = store
        .scan_served(|one| {
            if wrong.is_none() {
                wrong = builder.add(one.entity_ref, &one.uid, one.body, one.parents).err();
            }
        })
        .await
        .map_err(StartError::Load)?;
    let index = match wrong {
        None => builder.finish(sequence),
        Some(error) => Err(error),
    };
    index.map(Arc::new).map_err(StartError::Index)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

async fn bind(at: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(at).await.map_err(|source| StartError::Listen { at: at.to_owned(), source })
}

fn connection_limits(settings: &Settings) -> ConnectionLimits {
    let limits = &settings.edge.limits;
    ConnectionLimits {
        connections: limits.connections,
        header_bytes: limits.header_bytes,
        header_count: limits.header_count,
        header_timeout: limits.header_timeout,
        idle_timeout: limits.idle_timeout,
        drain_timeout: settings.shutdown_grace,
    }
}

/// The base URL, with the port that the system chose where the configuration left that to it.
fn public_url(settings: &Settings, address: SocketAddr) -> String {
    let mut url = settings.base_url.clone();
    if settings.mode == Mode::Development && settings.listen.port == 0 {
        let _ = url.set_port(Some(address.port()));
    }
    url.as_str().trim_end_matches('/').to_owned()
}

/// Makes the one-time link; only its hash is kept.
async fn sign_in_link(app: &App, url: &str) -> Result<Secret<String>, StoreError> {
    let token = LinkToken::generate(&*app.entropy);
    app.store.put_link(&token.hash(), None, app.clock.now() + LINK_LIFETIME).await?;
    Ok(Secret::new(format!("{url}{}?token={}", crate::pages::paths::SIGN_IN_LINK, token.expose())))
}

/// Forgets what is over: sessions, tombstones, quiet addresses.
async fn housekeeping(app: Arc<App>, door: Arc<Door>, shutdown: CancellationToken) {
    const EVERY: Duration = Duration::from_mins(1);
    const TOMBSTONES: time::Duration = time::Duration::DAY;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        door.sweep();
        if let Err(error) = app.store.prune_sessions().await {
            tracing::warn!(%error, "ended sessions could not be removed");
        }
        if let Err(error) = app.store.prune_tombstones(app.clock.now() - TOMBSTONES).await {
            tracing::warn!(%error, "old deletions could not be removed");
        }
    }
}
