//! The command line.

mod catalog;
mod check;
mod config;
mod demo;
mod routes;
mod secrets;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// The guarded door to the developer portal.
#[derive(Debug, Parser)]
#[command(name = "stagedoor", version, about, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal.
    Serve(serve::Arguments),
    /// Serve a made-up company's portal on this machine, to look around.
    Demo(demo::Arguments),
    /// List every route with its guard, and why open ones are open.
    Routes(routes::Arguments),
    /// Look at the effective configuration.
    #[command(subcommand)]
    Config(config::Command),
    /// Work on catalog files.
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Check a Backstage repository against the production checklist.
    Check(Box<check::Arguments>),
    /// Find secrets, and list what is looked for.
    #[command(subcommand)]
    Secrets(secrets::Command),
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Routes(arguments) => Ok(routes::run(&arguments)),
        Command::Config(command) => config::run(&command),
        Command::Catalog(command) => catalog::run(&command),
        Command::Check(arguments) => check::run(&arguments),
        Command::Secrets(command) => secrets::run(&command),
    }
}
