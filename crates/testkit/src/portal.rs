//! A running `stagedoor serve`, as a test sees it: a process of its own, a folder of its own, loopback.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::lines::Lines;

/// Longest that a start, or a wait for something to appear, may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How to start a portal. Only what a test is about needs to be said.
#[derive(Debug)]
pub struct Setup {
    binary: PathBuf,
    folder: TempDir,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    port: u16,
    working_directory: Option<PathBuf>,
    authority: Option<Vec<u8>>,
}

/// A running portal; ended when dropped.
#[derive(Debug)]
pub struct Portal {
    child: Child,
    folder: TempDir,
    port: u16,
    scheme: &'static str,
    stdout: Lines,
    stderr: Lines,
    client: reqwest::Client,
}

impl Setup {
    /// A portal of this binary (`env!("CARGO_BIN_EXE_stagedoor")`), in development mode, on a free
    /// loopback port, with an empty catalog in memory.
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let port = free_port();
        let setup = Self {
            binary: binary.as_ref().to_path_buf(),
            folder: TempDir::new().expect("a temporary folder"),
            arguments: vec!["serve".into(), "--dev".into()],
            environment: Vec::new(),
            port,
            working_directory: None,
            authority: None,
        };
        setup.file(
            "app-config.yaml",
            &format!(
                "app:\n  baseUrl: http://127.0.0.1:{port}\nbackend:\n  baseUrl: http://127.0.0.1:{port}\n  \
                 listen: 127.0.0.1:{port}\n  database:\n    client: better-sqlite3\n    connection: ':memory:'\n\
                 stagedoor:\n  edge:\n    rateLimits:\n      general: {{ requests: 1000000, window: 1m }}\n      \
                 auth: {{ requests: 1000000, window: 1m }}\n"
            ),
        )
    }

    /// Serves in production mode: `--dev` is left out.
    #[must_use]
    pub fn production(mut self) -> Self {
        self.arguments.retain(|argument| argument != "--dev");
        self
    }

    /// Writes a file beside the configuration; `app-config.local.yaml` is merged over the defaults.
    #[must_use]
    pub fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file can be written");
        self
    }

    /// Configuration that is merged over the defaults.
    #[must_use]
    pub fn config(self, yaml: &str) -> Self {
        self.file("app-config.local.yaml", yaml)
    }

    /// More arguments, for example `--config` and a file.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// A variable of the process.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Another working directory than the portal's own folder.
    #[must_use]
    pub fn working_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.working_directory = Some(path.into());
        self
    }

    /// It serves TLS, by a certificate that this one (PEM) vouches for.
    #[must_use]
    pub fn trusting(mut self, authority: impl Into<Vec<u8>>) -> Self {
        self.authority = Some(authority.into());
        self
    }

    /// The portal's own folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The port it will listen on.
    pub fn port(&self) -> u16 {
        self.port
    }

    #[expect(clippy::disallowed_methods, reason = "a test starts the server as its users do")]
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(&self.arguments)
            .current_dir(self.working_directory.as_deref().unwrap_or(self.folder.path()))
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts it and waits until it answers.
    ///
    /// # Panics
    /// If it ends, or does not answer in time; with what it printed.
    pub async fn start(self) -> Portal {
        let mut child = self.command().spawn().expect("the binary can be started");
        let (stdout, stderr) = (Lines::default(), Lines::default());
        stdout.follow(child.stdout.take().expect("stdout is piped"));
        stderr.follow(child.stderr.take().expect("stderr is piped"));
        let client = client(self.authority.as_deref());
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        let mut portal =
            Portal { child, folder: self.folder, port: self.port, scheme, stdout, stderr, client };
        portal.answers().await;
        portal
    }

    /// Starts it, expecting it to end by itself: exit status, stdout and stderr.
    pub fn refused(self) -> (ExitStatus, String, String) {
        let output = self.command().output().expect("the binary can be started");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
        (output.status, text(output.stdout), text(output.stderr))
    }
}

impl Portal {
    async fn answers(&mut self) {
        let probe = self.url("/.backstage/health/v1/readiness");
        let ready = async {
            loop {
                if let Some(status) = self.child.try_wait().expect("a child can be waited for") {
                    panic!("the portal ended with {status}:\n{}", self.stderr());
                }
                if self.client.get(&probe).send().await.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ready = tokio::time::timeout(PATIENCE, ready).await.is_ok();
        assert!(ready, "the portal does not answer:\n{}", self.stderr());
    }

    /// `http://127.0.0.1:port` (https where it serves TLS) and the path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}{path}", self.scheme, self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its own folder, where the configuration is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A client that follows no redirect and keeps no cookie.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// What it printed on stdout so far, line by line.
    pub fn lines(&self) -> Vec<String> {
        self.stdout.all()
    }

    /// What it printed on stderr so far.
    pub fn stderr(&self) -> String {
        self.stderr.all().join("\n")
    }

    /// Its audit records so far, as printed.
    pub fn audit(&self) -> Vec<Value> {
        let records = self.lines().into_iter().filter_map(|line| serde_json::from_str::<Value>(&line).ok());
        records.filter(|record| record["isAuditEvent"] == Value::Bool(true)).collect()
    }

    /// The one-time link that development mode prints, once it has.
    pub fn link(&self) -> String {
        // The door may answer a moment before the line is read.
        for _ in 0..500 {
            let lines = self.lines();
            let link = lines.iter().map(|line| line.trim()).find(|line| line.contains("/sign-in/link?"));
            if let Some(link) = link {
                return link.to_owned();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("development mode prints a link:\n{}", self.stderr());
    }

    /// Signs in by the link and gives the bearer token. The link works once in a portal's life.
    pub async fn token(&self, user: &str) -> String {
        let token = self.link().split_once("token=").expect("the link holds a token").1.to_owned();
        let body = serde_json::json!({ "token": token, "user": user });
        let mut answer = Value::Null;
        // The door opens before the catalog is read; a name it does not know yet spends nothing.
        self.until(&format!("{user} can sign in"), async || {
            let sent = self.client.post(self.url("/sign-in/link")).json(&body).send().await;
            answer = sent.expect("the portal answers").json().await.expect("the answer is JSON");
            answer["token"].is_string()
        })
        .await;
        answer["token"].as_str().expect("it is a string").to_owned()
    }

    /// Waits until the catalog holds at least `count` entities, asking with this token.
    pub async fn holds(&self, token: &str, count: u64) {
        self.until("the catalog is filled", async || {
            let (_, body) = self.get("/api/catalog/entities/by-query?limit=0", token).await;
            body["totalItems"].as_u64().is_some_and(|total| total >= count)
        })
        .await;
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, wait).await.is_ok();
        assert!(came, "waited in vain: {what}\n{}", self.stderr());
    }

    /// GET with a bearer token: status and JSON body (`null` if it is none).
    pub async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        let answer = self.client.get(self.url(path)).bearer_auth(token).send().await;
        let answer = answer.expect("the portal answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Sends it a signal, by the name `kill` knows (`HUP`, `TERM`).
    #[expect(clippy::disallowed_methods, reason = "there is no signal call without unsafe code")]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "the signal was sent");
    }

    /// Ends it gently and waits: its exit status, and all it printed on stdout.
    pub async fn stop(mut self) -> (ExitStatus, Vec<String>) {
        self.signal("TERM");
        let ended = tokio::task::block_in_place(|| self.child.wait());
        tokio::time::sleep(Duration::from_millis(50)).await;
        (ended.expect("a child can be waited for"), self.lines())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on at this moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port");
    listener.local_addr().expect("it has an address").port()
}

#[expect(clippy::disallowed_methods, reason = "tests call loopback only, and are not the server")]
pub(crate) fn client(authority: Option<&[u8]>) -> reqwest::Client {
    let builder = reqwest::Client::builder();
    let builder = match authority {
        None => builder,
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem).expect("a certificate")]),
    };
    builder
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client can be made")
}
