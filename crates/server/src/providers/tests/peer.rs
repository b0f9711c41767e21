//! A server on this machine that keeps what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use url::Url;

/// A server.
pub(in super::super) struct Peer {
    url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

/// A request.
#[derive(Clone, Debug)]
pub(in super::super) struct Asked {
    pub(in super::super) method: Method,
    pub(in super::super) path: String,
    pub(in super::super) headers: HeaderMap,
    pub(in super::super) body: String,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(in super::super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    after: Duration,
}

impl Answer {
    pub(in super::super) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: vec![], body: body.into(), after: Duration::ZERO }
    }

    pub(in super::super) fn json(value: &serde_json::Value) -> Self {
        Self::new(200, value.to_string()).with("content-type", "application/json")
    }

    pub(in super::super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With blanks at its end.
    pub(in super::super) fn padded(mut self, bytes: usize) -> Self {
        self.body = [&self.body[..], &vec![b' '; bytes]].concat().into();
        self
    }

    pub(in super::super) fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }
}

impl Asked {
    /// A field of a form.
    pub(in super::super) fn field(&self, name: &str) -> Option<String> {
        let mut fields = url::form_urlencoded::parse(self.body.as_bytes());
        fields.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(in super::super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Peer {
    pub(in super::super) async fn new(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::new(answer), Arc::clone(&asked));
        #[expect(clippy::disallowed_methods, reason = "the test's own server")]
        let task = tokio::spawn(async move {
            // Connections end with the server.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                let service = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                    async move {
                        let (head, body) = request.into_parts();
                        let body = body.collect().await?.to_bytes();
                        let asked = Asked {
                            method: head.method,
                            path: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                            headers: head.headers,
                            body: String::from_utf8_lossy(&body).into_owned(),
                        };
                        let answer = answer(&asked);
                        kept.lock().expect("no test panics with it").push(asked);
                        tokio::time::sleep(answer.after).await;
                        let mut response = Response::new(Full::new(answer.body));
                        *response.status_mut() = StatusCode::from_u16(answer.status).expect("a status");
                        for (name, value) in answer.headers {
                            response.headers_mut().insert(name, value.parse().expect("a value"));
                        }
                        Ok::<_, hyper::Error>(response)
                    }
                });
                let connection = hyper::server::conn::http1::Builder::new();
                let connection = connection.serve_connection(TokioIo::new(stream), service);
                connections.spawn(async move {
                    // A caller that goes away is no matter.
                    drop(connection.await);
                });
            }
        });
        Self { url: url.parse().expect("a URL"), asked, task }
    }

    pub(in super::super) fn url(&self, path: &str) -> Url {
        self.url.join(path).expect("a URL")
    }

    /// Its origin, without a slash at its end.
    pub(in super::super) fn origin(&self) -> String {
        self.url.as_str().trim_end_matches('/').to_owned()
    }

    pub(in super::super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics with it").clone()
    }

    /// How often a path was asked.
    pub(in super::super) fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
