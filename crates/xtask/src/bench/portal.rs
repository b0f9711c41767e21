//! Our server under measurement: a process on a core of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Core of the server, and of the client.
const CORES: (&str, &str) = ("0", "1");
/// Longest wait for a start or for a catalog to be filled.
const PATIENCE: Duration = Duration::from_mins(5);
const PORT: u16 = 7717;
const TOKEN: &str = "bench-static-token-0123456789abcdef";
const POLICY: &str = include_str!("../../../testkit/policies/owner.cedar");

/// A running server.
pub(super) struct Portal {
    child: Child,
    started: Instant,
    ready: Duration,
    link: Receiver<String>,
    records: Arc<AtomicU64>,
    reader: Option<std::thread::JoinHandle<()>>,
}

#[expect(clippy::disallowed_methods, reason = "a benchmark starts what it measures")]
fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock itself")]
fn now() -> Instant {
    Instant::now()
}

/// Builds the binary as it is shipped.
pub(super) fn build() -> Result<PathBuf, String> {
    let status = command(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "stagedoor"])
        .current_dir(crate::root())
        .status()
        .map_err(|error| format!("cargo does not run: {error}"))?;
    if status.success() { binary() } else { Err("the release build failed".to_owned()) }
}

fn target() -> Result<PathBuf, String> {
    let output = command(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(crate::root())
        .output()
        .map_err(|error| format!("cargo does not run: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    metadata["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(|| "cargo names no target folder".to_owned())
}

fn binary() -> Result<PathBuf, String> {
    Ok(target()?.join("release/stagedoor"))
}

/// Where the server answers.
pub(super) fn url() -> String {
    format!("http://127.0.0.1:{PORT}")
}

/// Where the benchmark keeps its files.
pub(super) fn folder() -> Result<PathBuf, String> {
    let folder = target()?.join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Keeps the client off the server's core, where the machine lets us.
pub(super) fn pin_this_process() {
    let process = std::process::id().to_string();
    let _ = command("taskset").args(["-cp", CORES.1, &process]).stdout(Stdio::null()).status();
}

fn has_taskset() -> bool {
    command("taskset").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn configure(folder: &Path) -> std::io::Result<()> {
    std::fs::write(folder.join("policy.cedar"), POLICY)?;
    let catalog = folder.join("catalog/all.yaml");
    let data = folder.join("data");
    let config = json!({
        "app": { "baseUrl": format!("http://127.0.0.1:{PORT}") },
        "backend": {
            "baseUrl": format!("http://127.0.0.1:{PORT}"),
            "listen": format!("127.0.0.1:{PORT}"),
            "database": { "client": "better-sqlite3", "connection": { "directory": data } },
            "auth": { "externalAccess": [{ "type": "static", "options": { "token": TOKEN, "subject": "bench" } }] },
        },
        "catalog": {
            "processingInterval": { "hours": 1 },
            "rules": [{ "allow": ["Component", "System", "API", "Resource", "Location", "Group", "User", "Domain"] }],
            "locations": [{ "type": "file", "target": catalog }],
        },
        "stagedoor": {
            "policy": { "path": folder.join("policy.cedar") },
            "edge": { "rateLimits": { "general": { "requests": 2_000_000_000_u32, "window": "1m" } } },
        },
    });
    std::fs::write(folder.join("app-config.yaml"), config.to_string())
}

impl Portal {
    /// Starts it; `fresh` begins with an empty database.
    pub(super) fn start(folder: &Path, fresh: bool) -> Result<Self, String> {
        if fresh {
            let _ = std::fs::remove_dir_all(folder.join("data"));
        }
        configure(folder).map_err(|error| format!("the configuration cannot be written: {error}"))?;
        let binary = binary()?;
        let mut server = if has_taskset() {
            let mut server = command("taskset");
            server.args(["-c", CORES.0]).arg(binary);
            server
        } else {
            command(binary)
        };
        let started = now();
        let mut child = server
            .args(["serve", "--dev"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .env("LOG_LEVEL", "error")
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("the server cannot be started: {error}"))?;
        let stdout = child.stdout.take().ok_or("stdout is not piped")?;
        let (found, link) = channel();
        let records = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&records);
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.contains("\"action\":\"catalog.entity.read\"") {
                    counted.fetch_add(1, Ordering::Relaxed);
                } else if let Some((_, token)) = line.split_once("token=") {
                    let _ = found.send(token.trim().to_owned());
                }
            }
        });
        let mut portal = Self { child, started, ready: Duration::ZERO, link, records, reader: Some(reader) };
        portal.wait_until_ready()?;
        portal.ready = portal.elapsed();
        Ok(portal)
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        while self.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("the server ended with {status}"));
            }
            if get("/.backstage/health/v1/readiness").is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("the server does not become ready".to_owned())
    }

    /// Waits until it serves so many entities, asking as a service (which reads everything).
    pub(super) fn wait_for(&self, entities: u64) -> Result<(), String> {
        while self.elapsed() < PATIENCE {
            let body = get("/api/catalog/entities/by-query?limit=0")?;
            let body: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
            if body["totalItems"].as_u64().is_some_and(|total| total >= entities) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the catalog is not filled".to_owned())
    }

    /// Waits until it has nothing to do.
    pub(super) fn settle(&self) {
        let mut before = self.processor();
        for _ in 0..120 {
            std::thread::sleep(Duration::from_millis(500));
            let after = self.processor();
            if after.saturating_sub(before) < Duration::from_millis(20) {
                return;
            }
            before = after;
        }
    }

    /// Signs in by the printed link; the bearer token.
    pub(super) fn sign_in(&self, user: &str) -> Result<String, String> {
        let token = self.link.recv_timeout(PATIENCE).map_err(|_| "no link was printed".to_owned())?;
        let body = json!({ "token": token, "user": user }).to_string();
        let head = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        let answer: Value =
            serde_json::from_str(&ask(&format!("POST /sign-in/link HTTP/1.1\r\n{head}"), &body)?)
                .map_err(|error| error.to_string())?;
        // What came before is not measured.
        std::thread::sleep(Duration::from_millis(200));
        self.records.store(0, Ordering::Relaxed);
        answer["token"].as_str().map(str::to_owned).ok_or_else(|| format!("signing in: {answer}"))
    }

    /// Ends it, and gives the audit records of reads since the sign-in.
    pub(super) fn stop(mut self) -> Result<u64, String> {
        let _ = command("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
        self.child.wait().map_err(|error| error.to_string())?;
        if let Some(reader) = self.reader.take() {
            reader.join().map_err(|_| "the reader of lines panicked".to_owned())?;
        }
        Ok(self.records.load(Ordering::Relaxed))
    }

    /// Time from start to ready.
    pub(super) fn ready(&self) -> Duration {
        self.ready
    }

    /// Time since the start.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Processor time it took so far.
    pub(super) fn processor(&self) -> Duration {
        processor_of(self.child.id())
    }

    /// Memory in use, MiB.
    pub(super) fn memory(&self) -> u64 {
        memory_of(self.child.id())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor time of a process, user and system, in steps of 10 ms (`/proc/PID/stat`).
pub(super) fn processor_of(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name may hold spaces; what follows its closing parenthesis is plain.
    let fields: Vec<u64> = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect())
        .unwrap_or_default();
    let ticks = fields.get(10).copied().unwrap_or(0) + fields.get(11).copied().unwrap_or(0);
    Duration::from_millis(ticks * 10)
}

/// Resident memory of a process, MiB.
pub(super) fn memory_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn get(path: &str) -> Result<String, String> {
    ask(&format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n"), "")
}

/// One request on a connection of its own; the body of a 200.
fn ask(head: &str, body: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", PORT)).map_err(failed)?;
    let request = format!("{head}Host: 127.0.0.1:{PORT}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer without a body")?;
    if head.starts_with("HTTP/1.1 200") {
        Ok(body.to_owned())
    } else {
        Err(format!("answered `{}`", head.lines().next().unwrap_or_default()))
    }
}
