//! A rule's page, and the list of rules.

use std::process::ExitCode;

use checks::{Entry, Serve, registry};
use serde_json::json;

use super::arguments::{Explain, Rules};
use super::choose;
use crate::failure::Failure;
use crate::output;

/// `stagedoor check explain`.
pub(crate) fn run(arguments: &Explain) -> Result<ExitCode, Failure> {
    let entry = choose::one(&arguments.rule)?;
    for line in page(entry) {
        output::entrusted(&line);
    }
    Ok(ExitCode::SUCCESS)
}

/// What a production `serve` does about a finding, in words.
pub(crate) fn serve(serve: Serve) -> &'static str {
    match serve {
        Serve::Refuses => "refuses to start",
        Serve::Reports => "reports it on the posture page",
        Serve::Inapplicable => "has nothing to look at",
    }
}

fn page(entry: &Entry) -> Vec<String> {
    let page = entry.page();
    let facts = [
        ["rule", entry.id].map(str::to_owned).to_vec(),
        ["checklist", entry.rule.checklist.title()].map(str::to_owned).to_vec(),
        ["severity", entry.rule.severity.name()].map(str::to_owned).to_vec(),
        ["serve", serve(entry.rule.serve)].map(str::to_owned).to_vec(),
    ];
    let mut lines = vec![output::strong(page.title), String::new()];
    lines.extend(output::columns(&facts).iter().map(|line| output::quiet(line)));
    let mut fenced = false;
    for line in page.text.lines().skip(1) {
        if let Some(info) = line.strip_prefix("```") {
            fenced = !fenced;
            let path = info.split_whitespace().nth(1).unwrap_or_default();
            if fenced && !path.is_empty() {
                lines.push(format!("    {}", output::quiet(&format!("# {path}"))));
            }
        } else if fenced {
            lines.push(format!("    {line}"));
        } else if let Some(heading) = line.strip_prefix("## ") {
            lines.push(output::hint(heading));
        } else if let Some(heading) = line.strip_prefix("### ") {
            lines.push(output::strong(heading));
        } else if line != "---" {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// `stagedoor check rules`.
pub(crate) fn list(arguments: &Rules) -> ExitCode {
    if arguments.json {
        let rows: Vec<_> = registry()
            .map(|entry| {
                json!({
                    "id": entry.id,
                    "title": entry.page().title,
                    "topic": entry.rule.checklist.name(),
                    "severity": entry.rule.severity,
                    "serve": serve(entry.rule.serve),
                })
            })
            .collect();
        output::entrusted(&format!("{:#}", json!({ "rules": rows })));
        return ExitCode::SUCCESS;
    }
    let mut rules: Vec<&Entry> = registry().collect();
    rules.sort_by_key(|entry| (entry.rule.checklist, entry.id));
    let head = ["ID", "TOPIC", "SEVERITY", "TITLE"].map(str::to_owned).to_vec();
    let rows = rules.iter().map(|entry| {
        let (topic, severity) = (entry.rule.checklist.name(), entry.rule.severity.name());
        [entry.id, topic, severity, entry.page().title].map(str::to_owned).to_vec()
    });
    let cells: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    for (at, line) in output::columns(&cells).iter().enumerate() {
        output::entrusted(&if at == 0 { output::strong(line) } else { line.clone() });
    }
    output::error_line(&format!("{} rules", rules.len()));
    ExitCode::SUCCESS
}
