//! The way out, tried against servers on this machine.

use std::sync::Mutex;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// A server that gives each connection the next answer and keeps what it was asked.
struct Peer {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    async fn new(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        #[expect(clippy::disallowed_methods, reason = "the test's own server")]
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.expect("a request");
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                seen.lock().expect("no test panics with it").push(text);
                stream.write_all(answer.as_bytes()).await.expect("an answer");
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics with it").clone()
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).expect("a URL")
    }

    fn egress(&self) -> Egress {
        Egress::new(&[self.allowed()], &[])
    }

    fn allowed(&self) -> ReadAllow {
        ReadAllow { host: "127.0.0.1".into(), ports: Some((self.port, self.port)), paths: vec![] }
    }
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\netag: \"v1\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn redirect(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

fn ask(url: &Url) -> Ask<'_> {
    Ask { url, accept: "*/*", validator: None, limit: 100 }
}

#[tokio::test]
async fn a_listed_host_is_read_and_asked_again_with_its_etag() {
    let peer =
        Peer::new(vec![ok("hello"), "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".into()]).await;
    let (egress, url) = (peer.egress(), peer.url("/a"));
    let Answer::Body(bytes, etag) = egress.fetch(ask(&url)).await.expect("an answer") else {
        panic!("a body was sent");
    };
    assert_eq!((&bytes[..], etag.as_deref()), (&b"hello"[..], Some("\"v1\"")));
    let again = Ask { validator: etag.as_deref(), ..ask(&url) };
    assert!(matches!(egress.fetch(again).await, Ok(Answer::Unchanged)));
    assert!(peer.asked()[1].contains("if-none-match: \"v1\""));
}

#[tokio::test]
async fn other_hosts_are_refused_in_the_words_of_the_reference() {
    let url = Url::parse("http://example.invalid/catalog-info.yaml?token=x").expect("a URL");
    let error = Egress::new(&[], &[]).fetch(ask(&url)).await.expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "Reading from 'http://example.invalid/catalog-info.yaml?…' is not allowed. You may need to configure an integration for the target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'"
    );
}

#[tokio::test]
async fn a_redirect_is_asked_all_the_same_questions() {
    let peer = Peer::new(vec![redirect("/b"), ok("moved"), redirect("http://127.0.0.1:1/secret")]).await;
    let egress = peer.egress();
    assert!(matches!(egress.fetch(ask(&peer.url("/a"))).await, Ok(Answer::Body(..))));
    let error = egress.fetch(ask(&peer.url("/c"))).await.expect_err("it leads elsewhere");
    assert!(matches!(error, EgressError::NotListed(_)), "{error}");
}

#[tokio::test]
async fn redirects_come_to_an_end() {
    let peer = Peer::new(vec![redirect("/a"); 10]).await;
    let error = peer.egress().fetch(ask(&peer.url("/a"))).await.expect_err("it goes round");
    assert!(matches!(error, EgressError::Redirects(_)), "{error}");
    assert_eq!(peer.asked().len(), 1 + REDIRECTS);
}

#[tokio::test]
async fn a_name_that_leads_inside_needs_to_be_named_in_full() {
    let peer = Peer::new(vec![ok("inside")]).await;
    let url = Url::parse(&format!("http://sub.localhost:{}/", peer.port)).expect("a URL");
    let ports = Some((peer.port, peer.port));
    let wild = ReadAllow { host: "*.localhost".into(), ports, paths: vec![] };
    let error =
        Egress::new(&[wild], &[]).fetch(ask(&url)).await.expect_err("a wild card reaches no loopback");
    // Where the machine's resolver does not know the name at all, nothing is reached either.
    assert!(matches!(error, EgressError::Address(..) | EgressError::Transport(..)), "{error}");
    assert_eq!(peer.asked(), [""; 0]);
    let url = Url::parse(&format!("http://localhost:{}/", peer.port)).expect("a URL");
    let named = ReadAllow { host: "localhost".into(), ports, paths: vec![] };
    assert!(Egress::new(&[named], &[]).fetch(ask(&url)).await.is_ok());
}

#[tokio::test]
async fn size_and_credentials_are_bounded() {
    let peer = Peer::new(vec![ok(&"x".repeat(101))]).await;
    let error = peer.egress().fetch(ask(&peer.url("/a"))).await.expect_err("it is too large");
    assert!(matches!(error, EgressError::TooLarge(_, 100)), "{error}");
    let mut url = peer.url("/a");
    url.set_username("bob").expect("it takes a name");
    assert!(peer.egress().fetch(ask(&url)).await.is_err());
}

#[tokio::test]
async fn a_missing_file_is_told_from_a_failing_server() {
    let status = |line: &str| format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let peer = Peer::new(vec![status("404 Not Found"), status("500 Oh no")]).await;
    let (egress, url) = (peer.egress(), peer.url("/a"));
    assert!(matches!(egress.fetch(ask(&url)).await, Err(EgressError::NotFound(_))));
    assert!(matches!(egress.fetch(ask(&url)).await, Err(EgressError::Status(..))));
}
