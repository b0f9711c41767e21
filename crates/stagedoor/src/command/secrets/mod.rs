//! `stagedoor secrets`: finds secrets in files, in standard input and in what git keeps; tells how old those of the
//! configuration are, and makes new ones.

mod annotations;
mod arguments;
mod baseline;
mod found;
mod git;
mod json;
mod key;
mod leave;
mod look;
mod new;
mod notes;
mod progress;
mod read;
mod report;
mod rules;
mod sarif;
mod scan;
mod status;
mod text;
mod walk;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find secrets in files, in standard input, or in what git keeps. None is ever shown.
    Scan(Box<arguments::Scan>),
    /// List the rules: id, name, and where the format is documented.
    Rules(arguments::Rules),
    /// Tell how old the secrets of the configuration are, and whether the server would start with them.
    Status(status::Status),
    /// Print a new secret: 32 random bytes in hexadecimal.
    New,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Scan(arguments) => scan::run(arguments),
        Command::Rules(arguments) => rules::list(arguments),
        Command::Status(arguments) => status::run(arguments),
        Command::New => Ok(new::run()),
    }
}
