//! A PostgreSQL of one's own: started from the system's package when a test first asks, ended with
//! the test process, however that ends.

mod certificate;
mod programs;

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

pub use certificate::Authority;
use programs::Programs;

use crate::{program, skipped};

/// Superuser of the servers started here.
const USER: &str = "stagedoor";
/// Its password. It guards nothing: the server listens on loopback and holds made-up data.
const PASSWORD: &str = "for-tests-only";
/// How long a server may take to start, in steps of 50 ms.
const START_STEPS: u32 = 600;

/// A running server. Lives until the process ends.
#[derive(Debug)]
pub struct Postgres {
    programs: Programs,
    folder: PathBuf,
    port: u16,
    authority: Option<Authority>,
    databases: AtomicU32,
    /// Its standard input is our life line: when this process is gone, it ends the server.
    _watchdog: Child,
}

/// The server all tests of this process share, in plain text; `None`, once with a note on standard
/// error, where PostgreSQL is not installed.
///
/// # Panics
/// If PostgreSQL is installed and does not start: that is no reason to skip.
pub fn start() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    SERVER.get_or_init(|| Some(launch(found()?, None))).as_ref()
}

/// As [`start`], with TLS on and a certificate for `localhost` by [`Postgres::authority`]; `None` also
/// where there is no `openssl` program.
pub fn start_tls() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    let make = || {
        let programs = found()?;
        if !program::runs("openssl", &["version"]) {
            skipped("no openssl program here (install openssl)");
            return None;
        }
        Some(launch(programs, Some("localhost")))
    };
    SERVER.get_or_init(make).as_ref()
}

fn found() -> Option<Programs> {
    static FOUND: OnceLock<Option<Programs>> = OnceLock::new();
    let find = || {
        let programs = Programs::find();
        if programs.is_none() {
            skipped("no PostgreSQL here (install postgresql)");
        }
        programs
    };
    FOUND.get_or_init(find).clone()
}

fn launch(programs: Programs, tls_for: Option<&str>) -> Postgres {
    start_server(programs, tls_for)
        .unwrap_or_else(|error| panic!("PostgreSQL is installed but does not start: {error}"))
}

fn start_server(programs: Programs, tls_for: Option<&str>) -> io::Result<Postgres> {
    // The watchdog removes it.
    let folder = tempfile::Builder::new().prefix("stagedoor-pg-").tempdir()?.keep();
    let data = folder.join("data");
    fs::write(folder.join("password"), PASSWORD)?;
    let authority = match tls_for {
        Some(host) => Some(Authority::make(&folder, host)?),
        None => None,
    };
    programs.give(&folder)?;
    programs.run(
        "initdb",
        &folder,
        &[
            "--pgdata",
            text(&data)?,
            "--username",
            USER,
            "--pwfile",
            text(&folder.join("password"))?,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
    )?;
    let mut last = None;
    // Another process may take the port between our look and the server's.
    for _ in 0..5 {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        match start_on(&programs, &folder, port, authority.is_some()) {
            Ok(watchdog) => {
                return Ok(Postgres {
                    programs,
                    folder,
                    port,
                    authority,
                    databases: AtomicU32::new(0),
                    _watchdog: watchdog,
                });
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no port")))
}

fn start_on(programs: &Programs, folder: &Path, port: u16, tls: bool) -> io::Result<Child> {
    let data = folder.join("data");
    let log = fs::File::create(folder.join("log"))?;
    let port = port.to_string();
    let sockets = format!("unix_socket_directories={}", text(folder)?);
    let mut settings = vec![
        "listen_addresses=127.0.0.1",
        &sockets,
        // What is lost with the machine is no loss here.
        "fsync=off",
        "full_page_writes=off",
        "max_connections=200",
        "shared_buffers=32MB",
    ];
    let certificate = format!("ssl_cert_file={}", text(&folder.join("server.pem"))?);
    let key = format!("ssl_key_file={}", text(&folder.join("server.key"))?);
    if tls {
        settings.extend(["ssl=on", &certificate, &key]);
    }
    let mut command = programs.command("postgres", folder);
    command.args(["-D", text(&data)?, "-p", &port]);
    for setting in settings {
        command.args(["-c", setting]);
    }
    let mut server = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
    let watchdog = watch(server.id(), folder)?;
    for _ in 0..START_STEPS {
        if let Some(status) = server.try_wait()? {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(io::Error::other(format!("{status}: {log}")));
        }
        if programs.run("pg_isready", folder, &["-q", "-h", "127.0.0.1", "-p", &port]).is_ok() {
            return Ok(watchdog);
        }
        sleep(Duration::from_millis(50));
    }
    Err(io::Error::other("it did not become ready within 30 s"))
}

/// Ends the server, by its own id, when this process is gone, and removes its folder: also after a
/// panic, an abort or a kill.
fn watch(server: u32, folder: &Path) -> io::Result<Child> {
    const SCRIPT: &str = "trap '' INT TERM HUP; read -r line; kill -INT \"$1\" 2>/dev/null; n=0; \
        while [ -e \"$2/data/postmaster.pid\" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done; rm -rf \"$2\"";
    program::command("sh")
        .args(["-c", SCRIPT, "watchdog", &server.to_string(), text(folder)?])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

fn text(path: &Path) -> io::Result<&str> {
    path.to_str().ok_or_else(|| io::Error::other("the temporary folder's name is not UTF-8"))
}

impl Postgres {
    /// A new, empty database; its name.
    ///
    /// # Panics
    /// If the server does not make one.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// Runs SQL as superuser, past whatever is tested; what it prints, columns separated by `|`.
    ///
    /// # Panics
    /// If the server refuses the text.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let url = format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/{database}", self.port);
        self.programs
            .run("psql", &self.folder, &["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, &url])
            .unwrap_or_else(|error| panic!("psql: {error}"))
    }

    /// Loopback address it listens on.
    pub fn host(&self) -> &'static str {
        "127.0.0.1"
    }

    /// Folder of its Unix socket.
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A role that may do everything.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The role's password; the server asks for it.
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Who vouches for its certificate; `None` for a server in plain text.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_new() {
        let Some(server) = start() else { return };
        let (one, other) = (server.database(), server.database());
        assert_ne!(one, other);
        server.sql(&one, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2)");
        assert_eq!(server.sql(&one, "SELECT sum(n), count(*) FROM t").trim(), "3|2");
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(server.sql(&other, tables).trim(), "0");
    }

    #[test]
    fn the_watchdog_ends_the_server_and_removes_its_folder() {
        let Some(programs) = found() else { return };
        let Postgres { folder, port, _watchdog: mut watchdog, .. } = launch(programs, None);
        assert!(folder.exists());
        // What the end of this process does.
        drop(watchdog.stdin.take());
        watchdog.wait().expect("the watchdog ends");
        assert!(!folder.exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }

    #[test]
    fn the_tls_server_has_a_certificate_and_a_stranger_has_another() {
        let Some(server) = start_tls() else { return };
        let authority = server.authority().expect("made with it");
        assert!(authority.pem().starts_with("-----BEGIN CERTIFICATE-----"));
        assert_ne!(authority.pem(), authority.stranger_pem());
        assert_eq!(server.sql("postgres", "SHOW ssl").trim(), "on");
    }
}
