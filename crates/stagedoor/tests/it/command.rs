//! The binary as a command: arguments, a folder, variables; what it prints and how it ends.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Any program, in a folder, with these variables and no others.
#[expect(clippy::disallowed_methods, reason = "tests run programs as users do")]
pub(crate) fn program(name: &str, folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(name);
    command
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
        .stdin(Stdio::null());
    command
}

/// Runs `stagedoor` to its end.
pub(crate) fn stagedoor(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = program(crate::BINARY, folder, variables);
    command.args(arguments).output().expect("the binary can be started").into()
}
