//! Requests to a running instance that somebody wants checked: raw, one at a time, to the one host that was named.
//!
//! Paths go out as they are written, which no usual client does: whether `..` gets past a guard is the question. No
//! redirect is followed, so that nobody else is ever asked.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use model::Secret;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// Most bytes of a body that are read; a first page with its configuration is smaller.
const BODY: usize = 1 << 20;
/// For a body, once its head is here: a stream of events never ends.
const BODY_WAIT: Duration = Duration::from_secs(5);
/// For one request, its connection included.
const WHOLE: Duration = Duration::from_secs(15);
/// Between two requests: no more than twenty a second.
const PAUSE: Duration = Duration::from_millis(50);

/// A way to one host.
pub struct Probe {
    host: String,
    port: u16,
    authority: HeaderValue,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct ProbeAnswer {
    /// The status.
    pub status: u16,
    /// Header fields that are text, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, cut off at 1 MiB.
    pub body: Vec<u8>,
}

/// Why there is no way.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Only these two schemes are asked.
    #[error("`{0}` is no http or https URL")]
    Scheme(String),
    /// A URL without a host.
    #[error("the URL has no host")]
    Host,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// No runtime.
    #[error("no runtime could be started")]
    Runtime(#[source] std::io::Error),
}

impl Probe {
    /// A way to the host of a URL.
    pub fn new(url: &Url) -> Result<Self, ProbeError> {
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(ProbeError::Scheme(other.to_owned())),
        };
        let (host, name) = match url.host().ok_or(ProbeError::Host)? {
            Host::Domain(name) => (name.to_owned(), name.to_owned()),
            Host::Ipv4(address) => (address.to_string(), address.to_string()),
            Host::Ipv6(address) => (address.to_string(), format!("[{address}]")),
        };
        let authority = url.port().map_or(name.clone(), |port| format!("{name}:{port}"));
        let authority = HeaderValue::from_str(&authority).map_err(|_| ProbeError::Host)?;
        let tls = is_tls.then(|| connector(&host)).transpose()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ProbeError::Runtime)?;
        let port = url.port_or_known_default().ok_or(ProbeError::Host)?;
        Ok(Self { host, port, authority, tls, runtime })
    }

    /// Sends a request, with a token if there is one. The error is a phrase.
    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, String)],
        token: Option<&Secret<String>>,
    ) -> Result<ProbeAnswer, String> {
        let request = self.request(method, target, headers, token)?;
        self.runtime.block_on(async {
            tokio::time::sleep(PAUSE).await;
            tokio::time::timeout(WHOLE, self.exchange(request))
                .await
                .unwrap_or_else(|_| Err(format!("no answer within {} seconds", WHOLE.as_secs())))
        })
    }

    fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, String)],
        token: Option<&Secret<String>>,
    ) -> Result<Request<Empty<Bytes>>, String> {
        let method: Method = method.parse().map_err(|_| "no such method".to_owned())?;
        let uri: Uri = target.parse().map_err(|_| "the path cannot be sent".to_owned())?;
        let mut request = Request::new(Empty::new());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        let fields = request.headers_mut();
        fields.insert(header::HOST, self.authority.clone());
        fields.insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("stagedoor-check/", env!("CARGO_PKG_VERSION"))),
        );
        fields.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        for (name, value) in headers {
            let name: HeaderName = name.parse().map_err(|_| "no such header".to_owned())?;
            let value = HeaderValue::from_str(value).map_err(|_| "a header cannot be sent".to_owned())?;
            fields.insert(name, value);
        }
        if let Some(token) = token {
            let value = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
            let mut value = value.map_err(|_| "the token cannot be sent".to_owned())?;
            value.set_sensitive(true);
            fields.insert(header::AUTHORIZATION, value);
        }
        Ok(request)
    }

    async fn exchange(&self, request: Request<Empty<Bytes>>) -> Result<ProbeAnswer, String> {
        let tcp =
            TcpStream::connect((self.host.as_str(), self.port)).await.map_err(|error| error.to_string())?;
        match &self.tls {
            None => over(tcp, request).await,
            Some((connector, name)) => {
                let tls = connector.connect(name.clone(), tcp).await.map_err(|error| error.to_string())?;
                over(tls, request).await
            }
        }
    }
}

async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Empty<Bytes>>,
) -> Result<ProbeAnswer, String> {
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    let exchange = async move {
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let (head, body) = response.into_parts();
        let headers = head
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        // After a switch of protocols there is no body to wait for; a body that goes on is cut off.
        let body = if head.status.as_u16() == 101 { Vec::new() } else { read(body).await };
        Ok(ProbeAnswer { status: head.status.as_u16(), headers, body })
    };
    let (mut exchange, mut connection) = (pin!(exchange), pin!(connection.with_upgrades()));
    let mut is_open = true;
    loop {
        // The connection ends with the exchange; one that ends before it leaves what had arrived to be read.
        tokio::select! {
            biased;
            answer = &mut exchange => return answer,
            _ = &mut connection, if is_open => is_open = false,
        }
    }
}

async fn read(body: hyper::body::Incoming) -> Vec<u8> {
    let mut body = Limited::new(body, BODY);
    let mut read = Vec::new();
    // What came within a while is what there is.
    let gather = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                read.extend_from_slice(&data);
            }
        }
    };
    let _ = tokio::time::timeout(BODY_WAIT, gather).await;
    read
}

fn connector(host: &str) -> Result<(TlsConnector, ServerName<'static>), ProbeError> {
    let tls = |error: &dyn std::fmt::Display| ProbeError::Tls(error.to_string());
    let config = ClientConfig::with_platform_verifier().map_err(|error| tls(&error))?;
    let name = ServerName::try_from(host.to_owned()).map_err(|error| tls(&error))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// Answers one request with this text, and gives what it was.
    fn once(answer: &'static str) -> (Url, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = Vec::new();
            let mut piece = [0; 1024];
            while !request.ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut piece).expect("bytes");
                request.extend_from_slice(&piece[..read]);
            }
            stream.write_all(answer.as_bytes()).expect("written");
            String::from_utf8(request).expect("text")
        });
        (url.parse().expect("a URL"), server)
    }

    #[test]
    fn paths_go_out_as_they_are_and_the_token_only_when_asked() {
        let (url, server) =
            once("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        let probe = Probe::new(&url).expect("a way");
        let answer =
            probe.send("GET", "/a/../b//c%2e?d=1", &[("X-A", "1".to_owned())], None).expect("an answer");
        assert_eq!((answer.status, &answer.body[..]), (302, &b"ok"[..]));
        assert!(answer.headers.contains(&("location".to_owned(), "/x".to_owned())));
        let sent = server.join().expect("a request");
        assert!(sent.starts_with("GET /a/../b//c%2e?d=1 HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("x-a: 1\r\n") && !sent.contains("authorization"), "{sent}");

        let (url, server) =
            once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
        let probe = Probe::new(&url).expect("a way");
        let token = Secret::new("t0ken".to_owned());
        let upgrade = [("Connection", "Upgrade".to_owned()), ("Upgrade", "websocket".to_owned())];
        assert_eq!(probe.send("GET", "/", &upgrade, Some(&token)).expect("an answer").status, 101);
        assert!(server.join().expect("a request").contains("authorization: Bearer t0ken\r\n"));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        assert!(Probe::new(&"ftp://a".parse().expect("a URL")).is_err());
        let url = "https://[::1]:1".parse().expect("a URL");
        let probe = Probe::new(&url).expect("a way");
        assert!(probe.send("GET", "/", &[], None).is_err());
        let token = Secret::new("a\nb".to_owned());
        assert_eq!(
            probe.send("GET", "/", &[], Some(&token)).err().as_deref(),
            Some("the token cannot be sent")
        );
    }
}
