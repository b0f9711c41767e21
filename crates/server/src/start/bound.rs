//! The ports that are listened on.

use std::net::SocketAddr;
use std::sync::Arc;

use config::Settings;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::StartError;
use crate::dispatch::Door;
use crate::listen::{self, ConnectionLimits};
use crate::metrics::Metrics;
use crate::metrics_listener::MetricsDoor;
use crate::tls::Certificates;

/// Ports that are bound, and not served yet.
pub(super) struct Bound {
    tcp: TcpListener,
    pub(super) address: SocketAddr,
    metrics: Option<TcpListener>,
}

impl Bound {
    /// Binds what the settings name.
    pub(super) async fn new(settings: &Settings) -> Result<Self, StartError> {
        let tcp = bind(&format!("{}:{}", bracketed(&settings.listen.host), settings.listen.port)).await?;
        let address =
            tcp.local_addr().map_err(|source| StartError::Listen { at: "the port".into(), source })?;
        let metrics = match &settings.metrics {
            Some(metrics) => Some(bind(&metrics.listen.to_string()).await?),
            None => None,
        };
        Ok(Self { tcp, address, metrics })
    }

    /// The address of the metrics listener, if there is one.
    pub(super) fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|tcp| tcp.local_addr().ok())
    }

    /// Serves from now on, until `shutdown`.
    pub(super) fn serve(
        self,
        settings: &Settings,
        (door, metrics): (&Arc<Door>, &Metrics),
        certificates: Option<&Arc<Certificates>>,
        tracker: &TaskTracker,
        shutdown: &CancellationToken,
    ) {
        let limits = connection_limits(settings);
        let tls = certificates.map(Certificates::acceptor);
        let serve = listen::serve(self.tcp, tls, limits, Arc::clone(door), tracker.clone(), shutdown.clone());
        tracker.spawn(serve);
        if let (Some(tcp), Some(configured)) = (self.metrics, &settings.metrics) {
            let door = Arc::new(MetricsDoor::new(metrics.clone(), configured.token.as_ref()));
            let small = ConnectionLimits { connections: 16, ..limits };
            tracker.spawn(listen::serve(tcp, None, small, door, tracker.clone(), shutdown.clone()));
        }
    }
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
