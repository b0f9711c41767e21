//! The accept loop: bounded connections, bounded headers, bounded time, TLS if configured.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::stall::Stalls;

/// Bounds of one listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// Connections open at once; more wait in the kernel's queue.
    pub(crate) connections: usize,
    /// Bytes of request line and headers together.
    pub(crate) header_bytes: usize,
    /// Headers in a request.
    pub(crate) header_count: usize,
    /// Time for the headers to arrive, and for a TLS handshake.
    pub(crate) header_timeout: Duration,
    /// Time a peer may leave what we write unread, and a ping (HTTP/2) unsent.
    pub(crate) idle_timeout: Duration,
    /// Time that open requests get to finish at shutdown.
    pub(crate) drain_timeout: Duration,
}

/// Answers requests; given the peer's address and the request.
pub(crate) trait Answer: Send + Sync + 'static {
    /// Answers one request. Never fails: an error is an answer too.
    fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response> + Send;
}

/// Serves until `shutdown`, then lets open requests finish within the drain timeout.
pub(crate) async fn serve<A: Answer>(
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: ConnectionLimits,
    answer: Arc<A>,
    tracker: TaskTracker,
    shutdown: CancellationToken,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let protocols = Protocols::new(limits);
    loop {
        let slot = tokio::select! {
            () = shutdown.cancelled() => break,
            slot = Arc::clone(&slots).acquire_owned() => slot.expect("the semaphore is never closed"),
        };
        let (stream, peer) = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = tcp.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, or the peer left already: breathe, then go on.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let (protocols, answer, tls) = (protocols.clone(), Arc::clone(&answer), tls.clone());
        let watcher = graceful.watcher();
        tracker.spawn(async move {
            let _slot = slot;
            let service = service_fn(move |request| {
                let answer = Arc::clone(&answer);
                async move { Ok::<_, Infallible>(answer.answer(peer, request).await) }
            });
            match tls {
                // Without TLS nobody negotiates HTTP/2, and guessing it from the first bytes would
                // leave a connection that sends none without a bound on its time.
                None => protocols.http1(stream, service, watcher).await,
                Some(tls) => {
                    let Some(stream) = handshake(&tls, stream, limits.header_timeout).await else {
                        return;
                    };
                    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                        protocols.http2(stream, service, watcher).await;
                    } else {
                        protocols.http1(stream, service, watcher).await;
                    }
                }
            }
        });
    }
    drop(tcp);
    if tokio::time::timeout(limits.drain_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

/// Both protocols with their bounds. Errors of a connection are its peer's business.
#[derive(Clone)]
struct Protocols {
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    patience: Duration,
}

impl Protocols {
    fn new(limits: ConnectionLimits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_timeout)
            .max_buf_size(limits.header_bytes.max(8192))
            .max_headers(limits.header_count);
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(100)
            .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.idle_timeout)
            .keep_alive_timeout(limits.header_timeout);
        Self { http1, http2, patience: limits.idle_timeout }
    }

    async fn http1<S>(&self, stream: impl Stream, service: S, watcher: Watcher)
    where
        S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
        S::Future: Send,
    {
        let stream = TokioIo::new(Stalls::new(stream, self.patience));
        let _ = watcher.watch(self.http1.serve_connection(stream, service)).await;
    }

    async fn http2<S>(&self, stream: impl Stream, service: S, watcher: Watcher)
    where
        S: Service<Request<Incoming>, Response = Response, Error = Infallible>,
        S::Future: Send + 'static,
    {
        let stream = TokioIo::new(Stalls::new(stream, self.patience));
        let _ = watcher.watch(self.http2.serve_connection(stream, service)).await;
    }
}

/// What a connection runs over.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

async fn handshake(
    tls: &TlsAcceptor,
    stream: TcpStream,
    limit: Duration,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match tokio::time::timeout(limit, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "TLS handshake failed");
            None
        }
        Err(_) => None,
    }
}
