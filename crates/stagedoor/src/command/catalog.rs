//! `stagedoor catalog`: work on catalog files without a server.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalog::validate::{Diagnostic, Severity};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::failure::{FOUND, Failure};
use crate::{masks, output, snippet};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check catalog files: what the portal would refuse, with file, line and column.
    Validate(Validate),
}

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Files, or folders to look through for .yaml and .yml files.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON: `{"files":n,"entities":n,"diagnostics":[…]}`
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    let Command::Validate(arguments) = command;
    validate(arguments)
}

fn validate(arguments: &Validate) -> Result<ExitCode, Failure> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        collect(path, &mut files, 0).map_err(|error| unreadable(path, &error))?;
    }
    let mut checker = catalog::validate::Checker::new();
    let mut texts = Vec::new();
    for path in &files {
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        checker.add(&path.to_string_lossy(), &bytes);
        texts.push((path.to_string_lossy().into_owned(), bytes));
    }
    let found = checker.finish();
    let errors = found.diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    if arguments.json {
        output::json(&json!({
            "files": files.len(),
            "entities": found.entities,
            "diagnostics": found.diagnostics.iter().map(|one| as_json(one, &texts)).collect::<Vec<_>>(),
        }));
    } else {
        for one in &found.diagnostics {
            output::line(&shown(one, &texts));
        }
        output::line(&format!("{} files, {} entities, {errors} errors", files.len(), found.entities));
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Unavailable {
        message: format!("cannot read `{}`", path.display()),
        causes: vec![error.to_string()],
        hint: None,
    }
}

/// Deepest folder looked into.
const DEPTH: usize = 64;

/// Files themselves, and what lies in folders, in order. Links are not followed, hidden folders and
/// `node_modules` not entered: what the portal reads by a pattern is found the same way.
fn collect(path: &Path, files: &mut Vec<PathBuf>, depth: usize) -> std::io::Result<()> {
    if !std::fs::metadata(path)?.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    if depth > DEPTH {
        return Ok(());
    }
    let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type()?;
        if kind.is_dir() && !name.starts_with('.') && name != "node_modules" {
            collect(&entry.path(), files, depth + 1)?;
        } else if kind.is_file() && (name.ends_with(".yaml") || name.ends_with(".yml")) {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn shown(found: &Diagnostic, texts: &[(String, Vec<u8>)]) -> String {
    let word = match found.severity {
        Severity::Error => output::bad("error"),
        Severity::Warning => output::warn("warning"),
    };
    let bytes = text_of(found, texts);
    let masked = |message: &str| masks::about_text(&found.file, bytes, message);
    let entity = found.entity_ref.as_ref().map(|r| format!(" {}:", masked(r.as_str()))).unwrap_or_default();
    let place = snippet::at(&found.file, found.line, found.column);
    let mut text = format!("{place}: {word}:{entity} {}", masked(&found.message));
    let line = std::str::from_utf8(bytes).ok();
    let line = line.and_then(|text| text.lines().nth(found.line.saturating_sub(1)));
    if let Some(line) = line {
        let width =
            if found.end_line == found.line { found.end_column.saturating_sub(found.column) } else { 1 };
        text.push('\n');
        let masked = masked(line);
        let (column, width) = snippet::moved(line, &masked, found.column, width);
        text.push_str(&snippet::caret(&masked, found.line, column, width));
    }
    if let Some(help) = &found.help {
        text = format!("{text}\n  {}: {}", output::hint("help"), masked(help));
    }
    text
}

/// What is in the file that a diagnostic is about.
fn text_of<'t>(found: &Diagnostic, texts: &'t [(String, Vec<u8>)]) -> &'t [u8] {
    texts.iter().find(|(file, _)| *file == found.file).map(|(_, bytes)| &**bytes).unwrap_or_default()
}

fn as_json(found: &Diagnostic, texts: &[(String, Vec<u8>)]) -> Value {
    let masked = |message: &str| masks::about_text(&found.file, text_of(found, texts), message);
    json!({
        "file": found.file,
        "line": found.line,
        "column": found.column,
        "endLine": found.end_line,
        "endColumn": found.end_column,
        "severity": match found.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "entityRef": found.entity_ref.as_ref().map(|r| masked(r.as_str())),
        "message": masked(&found.message),
        "help": found.help.as_deref().map(masked),
    })
}
