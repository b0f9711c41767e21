//! The guarded door to the developer portal.
//!
//! One file per command in `command/`; what they share is here beside them: how a failure is told
//! (`failure`), how an answer is printed (`output`), what masks secrets in it (`masks`), how far a long work is
//! (`progress`), how a place in a file is shown (`snippet`), what other programs read findings in (`sarif`).

mod command;
mod failure;
mod gate;
mod masks;
mod output;
mod progress;
mod sarif;
mod snippet;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(failure::panicked));
    let arguments = match command::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::usage(&error),
    };
    match command::run(arguments) {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}
