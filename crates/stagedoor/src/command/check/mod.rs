//! `stagedoor check`: the production checklist, executed over repositories.

mod advisories;
mod annotations;
mod arguments;
mod baseline;
mod choose;
mod excerpt;
mod explain;
mod fix;
mod html;
mod inspect;
mod json;
mod junit;
mod live;
mod markdown;
mod near;
mod out;
mod quoting;
mod sarif;
mod shown;
mod text;

use std::process::ExitCode;

pub(crate) use arguments::Arguments;

use crate::failure::Failure;
use arguments::Command;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if arguments.no_color {
        anstream::ColorChoice::Never.write_global();
    }
    match &arguments.command {
        Some(Command::Explain(explain)) => explain::run(explain),
        Some(Command::Rules(rules)) => Ok(explain::list(rules)),
        None => inspect::run(arguments),
    }
}
