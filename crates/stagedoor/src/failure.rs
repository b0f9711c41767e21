//! How a command fails: a kind with its exit code, what is wrong, and what to do.

use std::error::Error;
use std::process::ExitCode;

use config::{ConfigErrors, Severity};

use crate::output;
use crate::snippet;

/// What went wrong. The exit codes are part of the command line's contract (docs/exit-codes.md).
#[derive(Debug)]
pub(crate) enum Failure {
    /// The configuration is refused: exit code 2, before anything was opened or bound.
    Config(ConfigErrors),
    /// Something the command needs is wrong and the user can mend it: exit code 2 as well.
    Refused {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A database, a port or a file cannot be had: exit code 69.
    Unavailable {
        /// What cannot be had.
        message: String,
        /// Why, and why that.
        causes: Vec<String>,
        /// What to do.
        hint: Option<String>,
    },
    /// Our own fault: exit code 70.
    Internal(Box<dyn Error + Send + Sync>),
}

/// The command ran, and its answer is no: `catalog validate` found something wrong.
pub(crate) const FOUND: u8 = 1;
const CONFIG: u8 = 2;
const USAGE: u8 = 64;
const UNAVAILABLE: u8 = 69;
const INTERNAL: u8 = 70;

impl Failure {
    /// Tells it on stderr, and gives the exit code.
    pub(crate) fn tell(self) -> ExitCode {
        match self {
            Self::Config(errors) => {
                for problem in errors.problems() {
                    output::error_line(&snippet::problem(problem));
                }
                let count = errors.problems().iter().filter(|p| p.severity == Severity::Error).count();
                output::error_line(&format!(
                    "{}: the configuration is refused ({count} to mend); nothing was started",
                    output::bad("error")
                ));
                ExitCode::from(CONFIG)
            }
            Self::Refused { message, hint } => {
                tell(&message, &[], hint.as_deref());
                ExitCode::from(CONFIG)
            }
            Self::Unavailable { message, causes, hint } => {
                tell(&message, &causes, hint.as_deref());
                ExitCode::from(UNAVAILABLE)
            }
            Self::Internal(error) => {
                tell(&error.to_string(), &causes(&*error), None);
                ExitCode::from(INTERNAL)
            }
        }
    }
}

fn tell(message: &str, causes: &[String], hint: Option<&str>) {
    output::error_line(&format!("{}: {message}", output::bad("error")));
    for cause in causes {
        output::error_line(&format!("  because: {cause}"));
    }
    if let Some(hint) = hint {
        output::error_line(&format!("  {}: {hint}", output::hint("help")));
    }
}

/// What is behind an error, the nearest first.
pub(crate) fn causes(error: &dyn Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes
}

/// Tells a mistake on the command line. Help and version are no mistakes.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        output::error_line(text.trim_end());
        return ExitCode::from(USAGE);
    }
    output::line(text.trim_end());
    ExitCode::SUCCESS
}

/// Tells a mistake of ours. The usual hook would print the message as it is.
pub(crate) fn panicked(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("no message");
    output::error_line(&format!("{}: a panic at {place}: {message}", output::bad("error")));
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::Config(errors)
    }
}
