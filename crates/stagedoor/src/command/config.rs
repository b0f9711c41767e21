//! `stagedoor config`: the effective configuration, secrets masked.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::serve::{self, Sources, start_failure};
use crate::failure::{self, FOUND, Failure};
use crate::{masks, output, snippet};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print the effective configuration, secrets masked.
    Print(Print),
    /// Check the configuration as `serve` would, and start nothing.
    Check(Check),
    /// List every key of ours, with its default.
    Keys,
}

#[derive(Debug, Args)]
pub(crate) struct Print {
    #[command(flatten)]
    sources: Sources,
    /// Tell where one value came from and what it overrode, for example `backend.baseUrl`.
    #[arg(long, value_name = "KEY")]
    explain: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    sources: Sources,
    /// Print JSON: `{"problems":[{severity,source,line,column,key,message,fix}]}`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Print(arguments) => print(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Keys => {
            output::line(&config::reference_markdown());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn print(arguments: &Print) -> Result<ExitCode, Failure> {
    let config = config::Config::load(&arguments.sources.request())?;
    masks::know(&config);
    for problem in config.warnings() {
        output::error_line(&snippet::problem(problem));
    }
    let Some(key) = &arguments.explain else {
        let mut shown = config.masked_json();
        if arguments.json {
            output::json(&shown);
        } else {
            masks::tree(&mut shown);
            output::line(config::as_yaml(&shown).trim_end());
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(story) = config.explain_masked(key, masks::tree) else {
        output::error_line(&format!("{}: no source sets `{key}`", output::bad("error")));
        return Ok(ExitCode::from(FOUND));
    };
    if arguments.json {
        output::json(&explained(&story));
    } else {
        output::line(story.to_string().trim_end());
    }
    Ok(ExitCode::SUCCESS)
}

fn explained(story: &config::Explanation) -> Value {
    let from = |from: &config::Provenance| json!({ "place": from.place, "via": from.via });
    json!({
        "key": story.key,
        "value": story.value,
        "from": from(&story.from),
        "overrode": story.overrode.iter().map(|(value, past)| json!({ "value": value, "from": from(past) })).collect::<Vec<_>>(),
        "below": story.below.iter().map(|(key, past)| json!({ "key": key, "from": from(past) })).collect::<Vec<_>>(),
    })
}

fn check(arguments: &Check) -> Result<ExitCode, Failure> {
    let found = serve::load(arguments.sources.request());
    // What it names is judged only where it can be read itself.
    let refused = found.as_ref().ok().and_then(|(setup, _)| setup.check().err());
    if !arguments.json {
        let (_, warnings) = found?;
        for problem in &warnings {
            output::error_line(&snippet::problem(problem));
        }
        if let Some(error) = &refused {
            return Err(start_failure(error));
        }
        output::line(&format!("the configuration is good ({} warnings)", warnings.len()));
        return Ok(ExitCode::SUCCESS);
    }
    let (problems, code) = match &found {
        Ok((_, warnings)) if refused.is_none() => (warnings.as_slice(), ExitCode::SUCCESS),
        Ok((_, warnings)) => (warnings.as_slice(), ExitCode::from(2)),
        Err(errors) => (errors.problems(), ExitCode::from(2)),
    };
    let mut rows: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let problem = snippet::masked(problem);
            json!({
                "severity": problem.severity.to_string(),
                "source": problem.place.as_ref().map(|place| &*place.source),
                "line": problem.place.as_ref().map(|place| place.line),
                "column": problem.place.as_ref().map(|place| place.column),
                "key": problem.key,
                "message": problem.message,
                "fix": problem.fix,
            })
        })
        .collect();
    rows.extend(refused.iter().map(|error| {
        let whole: Vec<String> = std::iter::once(error.to_string()).chain(failure::causes(error)).collect();
        json!({ "severity": "error", "message": whole.join(": "), "fix": error.hint() })
    }));
    output::json(&json!({ "problems": rows }));
    Ok(code)
}
