//! A server on loopback that answers as a test's function says: one request a connection, within bounds.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Longest wait for a caller's next bytes.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of a head, and of a body.
const BYTES: u64 = 256 * 1024;

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// As it was sent.
    pub(crate) query: String,
    headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(&name.to_ascii_lowercase()).map_or("", String::as_str)
    }

    /// The value of a field of the query.
    pub(crate) fn asked(&self, name: &str) -> String {
        field(self.query.as_bytes(), name)
    }

    /// The value of a field of the form in the body.
    pub(crate) fn filled(&self, name: &str) -> String {
        field(&self.body, name)
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut head = BufReader::new(stream.take(BYTES));
        let mut line = String::new();
        head.read_line(&mut line).ok()?;
        let mut words = line.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            head.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(Some(0), |text| text.parse().ok())?;
        let mut body = Vec::new();
        head.take(length).read_to_end(&mut body).ok()?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Some(Self { method, path: path.to_owned(), query: query.to_owned(), headers, body })
    }
}

fn field(form: &[u8], name: &str) -> String {
    let found = url::form_urlencoded::parse(form).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Lines of the head, each with its end.
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A running server; ended when dropped.
#[derive(Debug)]
pub(crate) struct Double {
    address: std::net::SocketAddr,
    over: Arc<AtomicBool>,
}

impl Double {
    /// Starts one.
    pub(crate) fn start(answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
        let address = listener.local_addr().expect("it has an address");
        let (over, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(answers));
        let ended = Arc::clone(&over);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let answers = Arc::clone(&answers);
                std::thread::spawn(move || serve(&stream, &*answers));
            }
        });
        Self { address, over }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // It looks when somebody comes.
        let _ = TcpStream::connect(self.address);
    }
}

/// A caller that breaks off is none of the test's business.
fn serve(stream: &TcpStream, answers: &dyn Fn(&Request) -> Answer) {
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let Some(request) = Request::read(stream) else { return };
    let Answer { status, head, body } = answers(&request);
    let mut stream = stream;
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Answer\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
