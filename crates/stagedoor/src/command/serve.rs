//! `stagedoor serve`: serves the portal until it is told to stop.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use config::{ConfigErrors, Environment, Mode, Problem};

use crate::failure::{self, Failure};
use crate::gate::Checks;
use crate::{masks, output, snippet};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    sources: Sources,
}

/// Where the configuration comes from, and how strictly it is read.
#[derive(Clone, Debug, Args)]
pub(crate) struct Sources {
    /// A configuration file; later ones win. Without any: app-config.yaml and app-config.local.yaml.
    #[arg(long = "config", value_name = "FILE")]
    config: Vec<String>,
    /// Development mode: loopback only, a one-time sign-in link, unset variables are dropped.
    #[arg(long)]
    dev: bool,
}

impl Sources {
    /// The configuration's own request, relative to the working directory.
    pub(crate) fn request(&self) -> config::Request {
        config::Request {
            files: self.config.clone(),
            root: std::env::current_dir().unwrap_or_else(|_| ".".into()),
            environment: Environment::from_process(),
            mode: if self.dev { Mode::Development } else { Mode::Production },
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    serve(arguments.sources.request())
}

/// Reads the configuration; what is printed from then on is masked as it says, though it be refused.
pub(super) fn load(request: config::Request) -> Result<(server::Setup, Vec<Problem>), ConfigErrors> {
    let again = request.clone();
    let loaded = server::Setup::load(request, Arc::new(Checks));
    match &loaded {
        Ok((setup, _)) => masks::replace(setup.masks().scanner()),
        Err(_) => {
            if let Ok(config) = config::Config::load(&again) {
                masks::know(&config);
            }
        }
    }
    loaded
}

/// Reads the configuration, starts the server and waits for its end.
pub(crate) fn serve(request: config::Request) -> Result<ExitCode, Failure> {
    let (setup, warnings) = load(request)?;
    for problem in &warnings {
        output::error_line(&snippet::problem(problem));
    }
    server::log_to_stderr(&setup.settings().log, setup.masks().clone());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("stagedoor")
        .build()
        .map_err(|error| Failure::Internal(error.into()))?;
    runtime.block_on(async {
        let running = server::start(setup).await.map_err(|error| start_failure(&error))?;
        announce(&running);
        Box::pin(running.wait()).await;
        Ok(ExitCode::SUCCESS)
    })
}

fn announce(running: &server::Running) {
    output::error_line(&format!("{} on {}", output::strong("serving"), running.url()));
    if let Some(link) = running.sign_in_link() {
        // For the person at this terminal: it opens a session once, and is written nowhere else.
        output::entrusted(&format!("\nSign in once, within ten minutes:\n\n  {}\n", link.expose()));
    }
}

/// A failed start as the command line tells it.
pub(super) fn start_failure(error: &server::StartError) -> Failure {
    let (message, causes) = (error.to_string(), failure::causes(error));
    let hint = error.hint().map(str::to_owned);
    if error.is_configuration() {
        let whole = std::iter::once(message).chain(causes).collect::<Vec<_>>();
        return Failure::Refused { message: whole.join(": "), hint };
    }
    Failure::Unavailable { message, causes, hint }
}
