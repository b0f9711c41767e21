//! Chromium's driver: a program of its own that speaks the `WebDriver` protocol (JSON over HTTP, on loopback).

use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::program;

/// Longest that one command may take: a start of Chromium on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running driver and the browser it started, in a process group of their own.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    watchdog: Child,
    /// Kept open: a driver that cannot write ends.
    _stdout: BufReader<ChildStdout>,
    profile: PathBuf,
    base: String,
    session: String,
    client: reqwest::Client,
}

impl Driver {
    pub(super) fn start() -> io::Result<Self> {
        // The watchdog removes it.
        let profile = tempfile::Builder::new().prefix("stagedoor-browser-").tempdir()?.keep();
        let mut process = program::command("chromedriver")
            .arg("--port=0")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let watchdog = watch(process.id(), &profile)?;
        let mut stdout = BufReader::new(process.stdout.take().expect("it is piped"));
        let port = port(&mut stdout)?;
        let base = format!("http://127.0.0.1:{port}");
        Ok(Self {
            process,
            watchdog,
            _stdout: stdout,
            profile,
            base,
            session: String::new(),
            client: client(),
        })
    }

    /// The folder of the browser's profile, new and empty.
    pub(super) fn profile(&self) -> &Path {
        &self.profile
    }

    /// The session that later commands are for.
    pub(super) fn enter(&mut self, session: &str) {
        self.session = format!("/session/{session}");
    }

    /// A command of the session. Panics with the driver's words if it fails.
    pub(super) async fn session_post(&self, path: &str, body: Value) -> Value {
        self.post(&format!("{}{path}", self.session), body).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        done(path, self.send(path, body).await)
    }

    /// A command of the session that may fail; whether it was done.
    pub(super) async fn session_try(&self, path: &str, body: Value) -> bool {
        self.send(&format!("{}{path}", self.session), body).await.0
    }

    /// Asks something of the session. Panics with the driver's words if it fails.
    pub(super) async fn session_get(&self, path: &str) -> Value {
        let path = format!("{}{path}", self.session);
        let answer = self.client.get(format!("{}{path}", self.base)).send().await;
        done(&path, read(&path, answer).await)
    }

    /// Runs a script; `None` if there is no page to run it in.
    pub(super) async fn try_run(&self, body: &str) -> Option<Value> {
        let path = format!("{}/execute/sync", self.session);
        let (is_done, value) = self.send(&path, json!({ "script": body, "args": [] })).await;
        is_done.then_some(value)
    }

    async fn send(&self, path: &str, body: Value) -> (bool, Value) {
        let answer = self.client.post(format!("{}{path}", self.base)).json(&body).send().await;
        read(path, answer).await
    }
}

/// Whether a command was done, and what the driver says of it.
async fn read(path: &str, answer: reqwest::Result<reqwest::Response>) -> (bool, Value) {
    let answer = answer.unwrap_or_else(|error| panic!("the driver does not answer {path}: {error}"));
    let is_done = answer.status().is_success();
    let mut body: Value = answer.json().await.expect("the driver answers in JSON");
    (is_done, body["value"].take())
}

fn done(path: &str, (is_done, value): (bool, Value)) -> Value {
    assert!(is_done, "{path}: {}: {}", value["error"], value["message"]);
    value
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The end of its input is the watchdog's sign, also when this process dies without coming here.
        drop(self.watchdog.stdin.take());
        let _ = self.process.wait();
        let _ = self.watchdog.wait();
    }
}

/// Reads the line that says which port the driver took.
fn port(stdout: &mut impl BufRead) -> io::Result<u16> {
    let mut line = String::new();
    while stdout.read_line(&mut line)? > 0 {
        let started = line.trim().strip_prefix("ChromeDriver was started successfully on port ");
        if let Some(port) = started.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            return Ok(port);
        }
        line.clear();
    }
    Err(io::Error::other("it did not say which port it listens on"))
}

/// Ends the group, gently and then not, when this process lets go of it, and removes the profile.
fn watch(group: u32, profile: &Path) -> io::Result<Child> {
    const SCRIPT: &str = "trap '' INT TERM HUP; read -r line; kill -s TERM -- \"-$1\" 2>/dev/null; n=0; \
        while kill -s 0 -- \"-$1\" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done; \
        kill -s KILL -- \"-$1\" 2>/dev/null; rm -rf \"$2\"";
    let profile =
        profile.to_str().ok_or_else(|| io::Error::other("the temporary folder's name is not UTF-8"))?;
    program::command("sh")
        .args(["-c", SCRIPT, "watchdog", &group.to_string(), profile])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

#[expect(clippy::disallowed_methods, reason = "tests call loopback only, and are not the server")]
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client can be made")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_among_other_lines() {
        let said = "Starting ChromeDriver 1\n\nChromeDriver was started successfully on port 4321.\n";
        assert_eq!(port(&mut said.as_bytes()).expect("a port"), 4321);
        assert!(port(&mut "it failed\n".as_bytes()).is_err());
    }

    #[test]
    fn the_driver_and_its_profile_are_gone_when_it_is_let_go() {
        if !program::runs("chromedriver", &["--version"]) {
            return crate::skipped("no chromedriver here (install chromium-driver)");
        }
        let driver = Driver::start().expect("it starts");
        let (profile, address) = (driver.profile().to_path_buf(), driver.base.replace("http://", ""));
        assert!(profile.exists() && std::net::TcpStream::connect(&address).is_ok());
        drop(driver);
        assert!(!profile.exists() && std::net::TcpStream::connect(&address).is_err());
    }
}
