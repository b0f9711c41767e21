//! `stagedoor secrets status`: how old the secrets of the configuration are.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use server::{AgeState, Aged};

use crate::command::serve::{self, Sources, start_failure};
use crate::failure::{FOUND, Failure};
use crate::{output, snippet};

#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    sources: Sources,
    /// Print JSON: `{"secrets":[{key,source,line,firstSeen,days,state}]}`
    #[arg(long)]
    json: bool,
}

/// Prints a line for each secret. Exits with 1 if the server would not start with one.
pub(super) fn run(arguments: &Status) -> Result<ExitCode, Failure> {
    let (setup, warnings) = serve::load(arguments.sources.request())?;
    for problem in &warnings {
        output::error_line(&snippet::problem(problem));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Internal(error.into()))?;
    let ages = runtime.block_on(server::secret_ages(&setup)).map_err(|error| start_failure(&error))?;
    if arguments.json {
        output::json(&json!({ "secrets": ages.iter().map(as_json).collect::<Vec<_>>() }));
    } else {
        print(&ages, setup.settings().auth.sealing_key.is_some());
    }
    let refused = ages.iter().any(|aged| aged.state == AgeState::Refused);
    Ok(if refused { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
}

fn print(ages: &[Aged], kept: bool) {
    if ages.is_empty() {
        output::line(if kept {
            "The configuration has no secrets."
        } else {
            "Ages are kept once there is a `stagedoor.sealingKey`."
        });
        return;
    }
    let head = ["secret", "days", "first seen", "state", "place"].map(str::to_owned).to_vec();
    let rows = ages.iter().map(|aged| {
        vec![
            aged.key.clone(),
            aged.days.to_string(),
            aged.first_seen.date().to_string(),
            aged.state.as_str().to_owned(),
            aged.place.to_string(),
        ]
    });
    for line in output::columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>()) {
        output::line(&line);
    }
}

fn as_json(aged: &Aged) -> Value {
    json!({
        "key": aged.key,
        "source": aged.place.source,
        "line": aged.place.line,
        "firstSeen": aged.first_seen.date().to_string(),
        "days": aged.days,
        "state": aged.state.as_str(),
    })
}
