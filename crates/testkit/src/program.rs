//! Programs of the system that tests start.

use std::ffi::OsStr;
use std::io;
use std::process::Command;

/// A command to be filled in.
#[expect(clippy::disallowed_methods, reason = "the test world starts programs, the server never does")]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// Runs a command to its end; what it printed, or what it complained about.
pub(crate) fn output(command: &mut Command) -> io::Result<String> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(io::Error::other(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())))
}

/// Whether a program is there and says so.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    output(command(program).args(arguments)).is_ok()
}
