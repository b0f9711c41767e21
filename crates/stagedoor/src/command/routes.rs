//! `stagedoor routes`: every route, its guard, and why open ones are open.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use crate::output;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Print JSON: `{"routes":[{method,path,guard,reason}]}`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let rows = server::routes();
    if arguments.json {
        output::json(&json!({ "routes": rows }));
        return ExitCode::SUCCESS;
    }
    let cells: Vec<Vec<String>> =
        std::iter::once(["METHOD", "PATH", "GUARD", "REASON"].map(str::to_owned).to_vec())
            .chain(rows.iter().map(|row| {
                vec![row.method.to_owned(), row.path.clone(), row.guard.clone(), row.reason.clone()]
            }))
            .collect();
    for (at, line) in output::columns(&cells).iter().enumerate() {
        output::line(&if at == 0 { output::strong(line) } else { line.clone() });
    }
    let open = rows.iter().filter(|row| row.guard == "public").count();
    output::error_line(&format!("{} routes, {open} open", rows.len()));
    ExitCode::SUCCESS
}
