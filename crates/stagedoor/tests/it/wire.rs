//! HTTP as bytes on a socket: what no well-behaved client sends, and answers to the letter.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for a server's next bytes.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Reads an answer's bytes; `None` when the connection was closed without one.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
        Some(Self { status, head: head.to_owned(), body: body.to_owned() })
    }

    /// Head and body.
    pub(crate) fn whole(&self) -> String {
        format!("{}\r\n\r\n{}", self.head, self.body)
    }

    /// The values of a header, joined by `, `; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let values = values.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.map(|(_, value)| value.trim()).collect::<Vec<_>>().join(", ")
    }
}

/// Sends bytes as they are and reads to the end of the connection.
pub(crate) fn raw(port: u16, bytes: &[u8]) -> Option<Answer> {
    let mut stream = connect(port);
    // The server may refuse, and close, before it has read everything.
    let _ = stream.write_all(bytes);
    Answer::parse(&rest(&mut stream))
}

/// A connection of one's own.
pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("somebody listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout can be set");
    stream
}

/// Everything until the connection ends.
///
/// # Panics
/// If it stays open and silent.
pub(crate) fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        let open = matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
        assert!(!open, "the connection stays open after {:?}", String::from_utf8_lossy(&bytes));
    }
    bytes
}

/// The answer to a request that one connection carries.
pub(crate) fn answer(stream: &mut TcpStream) -> Option<Answer> {
    Answer::parse(&rest(stream))
}

/// A request with its headers; `Host` is loopback unless one of them says otherwise.
pub(crate) fn request(port: u16, line: &str, headers: &[(&str, &str)]) -> Answer {
    let sent = format!("{line} HTTP/1.1\r\n{}\r\n", head(port, headers));
    let answered = raw(port, sent.as_bytes());
    answered.unwrap_or_else(|| panic!("no answer to {sent:?}"))
}

/// A request with a body.
pub(crate) fn post(port: u16, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let head = head(port, headers);
    let sent = format!("POST {target} HTTP/1.1\r\n{head}Content-Length: {}\r\n\r\n{body}", body.len());
    let answered = raw(port, sent.as_bytes());
    answered.unwrap_or_else(|| panic!("no answer to {sent:?}"))
}

fn head(port: u16, headers: &[(&str, &str)]) -> String {
    let mut head = String::new();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.extend(["Host: 127.0.0.1:", &port.to_string(), "\r\n"]);
    }
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("Connection: close\r\n");
    head
}
