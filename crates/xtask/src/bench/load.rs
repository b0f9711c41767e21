//! A small HTTP client that keeps sixteen connections busy and remembers how long each answer took.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::routes::Route;

/// Connections kept busy.
const CONNECTIONS: usize = 16;
/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server to ask.
pub(super) struct Peer {
    authority: String,
    token: String,
    beside: Cell<u64>,
}

/// What a run gave.
pub(super) struct Measured {
    pub(super) requests: u64,
    wall: Duration,
    processor: Duration,
    latencies: Vec<Duration>,
}

impl Measured {
    /// Requests a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
    pub(super) fn rate(&self) -> f64 {
        self.requests as f64 / self.wall.as_secs_f64()
    }

    /// Microseconds of the server's processor time for each request.
    #[expect(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
    pub(super) fn micros(&self) -> f64 {
        self.processor.as_secs_f64() * 1e6 / self.requests.max(1) as f64
    }

    /// Half of the answers came within, milliseconds.
    pub(super) fn p50(&self) -> f64 {
        self.at(50)
    }

    /// All but one in a hundred came within, milliseconds.
    pub(super) fn p99(&self) -> f64 {
        self.at(99)
    }

    fn at(&self, percent: usize) -> f64 {
        let at = self.latencies.len() * percent / 100;
        let found = self.latencies.get(at.min(self.latencies.len().saturating_sub(1)));
        found.map_or(0.0, |latency| latency.as_secs_f64() * 1e3)
    }
}

impl Peer {
    /// A server at `http://host:port`, asked with this bearer token.
    pub(super) fn new(url: &str, token: &str) -> Result<Self, String> {
        let authority = url.strip_prefix("http://").ok_or_else(|| format!("`{url}` is no http:// URL"))?;
        let authority = authority.trim_end_matches('/').to_owned();
        Ok(Self { authority, token: token.to_owned(), beside: Cell::new(0) })
    }

    /// Requests sent apart from the measured ones.
    pub(super) fn sent_beside(&self) -> u64 {
        self.beside.get()
    }

    fn request(&self, route: &Route) -> Vec<u8> {
        let (method, body) = match &route.body {
            None => ("GET", String::new()),
            Some(body) => (
                "POST",
                format!("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
            ),
        };
        let end = if body.is_empty() { "\r\n".to_owned() } else { body };
        format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{end}",
            route.path, self.authority, self.token
        )
        .into_bytes()
    }

    fn connect(&self) -> Result<BufReader<TcpStream>, String> {
        let stream =
            TcpStream::connect(&self.authority).map_err(|error| format!("{}: {error}", self.authority))?;
        stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)))
            .map_err(|e| e.to_string())?;
        Ok(BufReader::new(stream))
    }

    /// How many entities the route's answer holds or counts.
    pub(super) fn count(&self, route: &Route) -> Result<u64, String> {
        self.beside.set(self.beside.get() + 1);
        let mut connection = self.connect()?;
        let body = exchange(&mut connection, &self.request(route))?;
        let body: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let length = |list: &Vec<Value>| {
            u64::try_from(list.iter().filter(|item| !item.is_null()).count()).unwrap_or(0)
        };
        Ok(match &body {
            Value::Array(items) => length(items),
            _ => body["totalItems"]
                .as_u64()
                .or_else(|| body["items"].as_array().map(length))
                .or_else(|| {
                    let kinds = body["facets"]["kind"].as_array()?;
                    Some(kinds.iter().filter_map(|kind| kind["count"].as_u64()).sum())
                })
                .unwrap_or_else(|| u64::from(body["metadata"].is_object())),
        })
    }
}

/// Sends a request on every connection, again and again, for so long.
pub(super) fn run(
    peer: &Peer,
    route: &Route,
    time: Duration,
    processor: impl Fn() -> Duration,
) -> Result<Measured, String> {
    let request = peer.request(route);
    let before = processor();
    let started = Instant::now_here();
    let results = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let connection = peer.connect();
                let request = &request;
                scope.spawn(move || keep_busy(connection?, request, started, time))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|_| Err("a client thread panicked".to_owned())))
            .collect::<Result<Vec<_>, String>>()
    })?;
    let wall = started.elapsed();
    let processor = processor().saturating_sub(before);
    let mut latencies: Vec<Duration> = results.into_iter().flatten().collect();
    latencies.sort_unstable();
    Ok(Measured { requests: u64::try_from(latencies.len()).unwrap_or(0), wall, processor, latencies })
}

fn keep_busy(
    mut connection: BufReader<TcpStream>,
    request: &[u8],
    started: Instant,
    time: Duration,
) -> Result<Vec<Duration>, String> {
    let mut latencies = Vec::new();
    while started.elapsed() < time {
        let sent = Instant::now_here();
        exchange(&mut connection, request)?;
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}

/// One request and its answer's body; anything but a 200 is an error.
fn exchange(connection: &mut BufReader<TcpStream>, request: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("the connection broke: {error}");
    connection.get_mut().write_all(request).map_err(failed)?;
    let mut line = String::new();
    connection.read_line(&mut line).map_err(failed)?;
    if !line.starts_with("HTTP/1.1 200") {
        return Err(format!("answered `{}`", line.trim()));
    }
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        connection.read_line(&mut line).map_err(failed)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| "a content-length that is no number".to_owned())?;
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    let mut body = vec![0; length];
    if !chunked {
        connection.read_exact(&mut body).map_err(failed)?;
        return Ok(body);
    }
    loop {
        line.clear();
        connection.read_line(&mut line).map_err(failed)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| "a chunk without a size".to_owned())?;
        let at = body.len();
        body.resize(at + size, 0);
        connection.read_exact(&mut body[at..]).map_err(failed)?;
        line.clear();
        connection.read_line(&mut line).map_err(failed)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// The clock of a benchmark is not injected: it is what is measured.
trait Here {
    fn now_here() -> Self;
}

impl Here for Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
    fn now_here() -> Self {
        Self::now()
    }
}
