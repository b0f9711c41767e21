//! Starting git, so that nothing but git runs.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use config::Environment;

use crate::command::secrets::found::plain;
use crate::failure::Failure;

/// Variables that git itself sets for its hooks: which index and which objects a commit is made of.
const KEPT: &[&str] = &[
    "PATH",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
];
/// No configuration but the repository's own, no fetching, no prompts, no replaced objects.
const SET: &[(&str, &str)] = &[
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_SYSTEM", "/dev/null"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
];
/// What the repository's own configuration could have run.
const ARGUMENTS: &[&str] = &[
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.sshCommand=false",
    "-c",
    "core.gitProxy=",
    "-c",
    "core.alternateRefsCommand=false",
    "-c",
    "core.askPass=false",
    "-c",
    "credential.helper=",
    "-c",
    "protocol.allow=never",
    "-c",
    "diff.external=",
    "-c",
    "core.pager=cat",
    "-c",
    "core.quotePath=false",
];
/// Bytes of what git says that are told.
const SAID: u64 = 2000;

/// The program `git`, in the working folder.
pub(super) struct Git {
    environment: Vec<(&'static str, String)>,
}

impl Git {
    pub(super) fn here() -> Self {
        let process = Environment::from_process();
        let kept = KEPT.iter().filter_map(|name| Some((*name, process.value(name)?.to_owned())));
        Self { environment: kept.collect() }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "`secrets scan --git` and `--staged` read objects through git, at the wish of whoever types them; the \
                  server does not come here"
    )]
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(SET.iter().copied())
            .args(ARGUMENTS)
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// What git answers, or why it does not.
    pub(super) fn answer(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output =
            self.command(arguments).output().map_err(|error| format!("cannot start git: {error}"))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(reason(&said, output.status))
    }

    /// The folder that the repository's files are in.
    pub(super) fn top(&self) -> Option<String> {
        let top = self.answer(&["rev-parse", "--show-toplevel"]).ok()?;
        Some(String::from_utf8(top).ok()?.trim_end_matches('\n').to_owned())
    }

    /// Starts git to read from it while it works.
    pub(super) fn start(&self, arguments: &[&str], stdin: Stdio) -> Result<Running, Failure> {
        // A file, not a pipe: nobody reads it meanwhile, and git must not wait for that.
        let said = tempfile::tempfile().map_err(|error| Failure::Internal(error.into()))?;
        let stderr = said.try_clone().map_err(|error| Failure::Internal(error.into()))?;
        let child = self.command(arguments).stdin(stdin).stdout(Stdio::piped()).stderr(stderr).spawn();
        let child = child.map_err(|error| refused(&format!("cannot start git: {error}")))?;
        Ok(Running { child, said })
    }
}

/// A git that works. It ends with this.
pub(super) struct Running {
    child: Child,
    said: File,
}

impl Running {
    pub(super) fn stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its answer; asked for once.
    pub(super) fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("it was started with a pipe, and this is asked for once")
    }

    /// Waits for its end, which must be a good one.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        let status = self.child.wait().map_err(|error| Failure::Internal(error.into()))?;
        if status.success() {
            return Ok(());
        }
        let mut said = Vec::new();
        let _ = self.said.rewind();
        let _ = (&mut self.said).take(SAID).read_to_end(&mut said);
        Err(refused(&reason(&String::from_utf8_lossy(&said), status)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reason(said: &str, status: ExitStatus) -> String {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty());
    let text = line.map_or_else(|| format!("it ended with {status}"), str::to_owned);
    plain(&text.chars().take(400).collect::<String>())
}

pub(super) fn refused(why: &str) -> Failure {
    Failure::Refused {
        message: format!("git cannot be read from: {why}"),
        hint: Some("it needs a whole repository that belongs to you, and git on the PATH".to_owned()),
    }
}
