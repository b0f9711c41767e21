//! The rules that are looked for, and the list of them.

use std::path::Path;
use std::process::ExitCode;

use config::{Config, Environment, Mode, SecretsSettings};
use secrets::{Loaded, Rules};
use serde_json::json;

use super::arguments::{self, Choice};
use super::found::plain;
use super::notes::{Kind, Note};
use super::read::{self, Content};
use crate::failure::Failure;
use crate::{output, snippet};

/// Bytes of a file of rules.
const FILE_BYTES: u64 = 4 << 20;

/// Rules as they were chosen.
pub(crate) struct Chosen {
    pub(crate) rules: Rules,
    /// Rules that cannot be used.
    pub(crate) notes: Vec<Note>,
    /// `stagedoor.secrets` of the configuration, if one was named.
    pub(crate) settings: Option<SecretsSettings>,
}

/// Reads what the choice names.
pub(crate) fn choose(choice: &Choice) -> Result<Chosen, Failure> {
    let settings = settings(&choice.config)?;
    let (mut more, mut notes) = (Vec::new(), Vec::new());
    let mut take = |from: &str, text: &str| -> Result<(), Failure> {
        let Loaded { rules, problems } = secrets::load_rules(text);
        if let ([], [first, ..]) = (&rules[..], &problems[..]) {
            return Err(Failure::Refused {
                message: format!("no rule can be used from `{from}`: {}", plain(&first.to_string())),
                hint: Some("rules are `[[rule]]` of docs/secrets.md, or `[[rules]]` of gitleaks".to_owned()),
            });
        }
        notes.extend(problems.iter().map(|problem| {
            Note::with(Kind::Rule, format!("{from}: {}", plain(&problem.rule)), plain(&problem.message))
        }));
        more.extend(rules);
        Ok(())
    };
    for file in settings.iter().flat_map(|settings| &settings.rules) {
        take(&file.path.display().to_string(), &file.text)?;
    }
    for path in &choice.rules {
        take(&path.display().to_string(), &text(path)?)?;
    }
    let rules = if choice.only.is_empty() && choice.without.is_empty() {
        Rules::builtin_and(more)
    } else {
        let all = Rules::builtin_and(Vec::new());
        for id in choice.only.iter().chain(&choice.without) {
            if all.find(id).is_none() && more.iter().all(|rule| rule.id() != id) {
                return Err(unknown(id, &all));
            }
        }
        let is_in = |ids: &[String], id: &str| ids.iter().any(|one| one == id);
        Rules::chosen(more, |id| {
            if choice.only.is_empty() { !is_in(&choice.without, id) } else { is_in(&choice.only, id) }
        })
    };
    Ok(Chosen { rules, notes, settings })
}

fn settings(files: &[String]) -> Result<Option<SecretsSettings>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    // Only a part of the configuration counts: variables that others need may be missing.
    let config = Config::load(&config::Request {
        files: files.to_vec(),
        root: std::env::current_dir().unwrap_or_else(|_| ".".into()),
        environment: Environment::from_process(),
        mode: Mode::Development,
    })?;
    let (settings, warnings) = SecretsSettings::from_config(&config)?;
    for problem in &warnings {
        output::error_line(&snippet::problem(problem));
    }
    Ok(Some(settings))
}

fn text(path: &Path) -> Result<String, Failure> {
    let refused = |why: String| Failure::Refused {
        message: format!("cannot read rules from `{}`: {why}", path.display()),
        hint: Some("name a TOML file of at most 4 MiB".to_owned()),
    };
    match read::file(path, FILE_BYTES) {
        Ok(Content::Text(bytes)) => {
            String::from_utf8(bytes).map_err(|_| refused("it is no UTF-8 text".to_owned()))
        }
        Ok(Content::Large) => Err(refused(format!("it has more than {FILE_BYTES} bytes"))),
        Ok(Content::Binary | Content::Special) => Err(refused("it is no text".to_owned())),
        Err(error) => Err(refused(error.to_string())),
    }
}

fn unknown(id: &str, rules: &Rules) -> Failure {
    let vendor = id.split('-').next().unwrap_or(id);
    let near: Vec<&str> =
        rules.iter().map(secrets::Rule::id).filter(|known| known.starts_with(vendor)).take(8).collect();
    let hint = if near.is_empty() || vendor.is_empty() {
        "`stagedoor secrets rules` lists them".to_owned()
    } else {
        format!("there are {}", near.join(", "))
    };
    Failure::Refused { message: format!("there is no rule `{}`", plain(id)), hint: Some(hint) }
}

/// `stagedoor secrets rules`.
pub(crate) fn list(arguments: &arguments::Rules) -> Result<ExitCode, Failure> {
    let chosen = choose(&arguments.choice)?;
    for note in &chosen.notes {
        output::error_line(&format!("{}: {}", output::warn("warning"), note.message()));
    }
    let mut rules: Vec<&secrets::Rule> = chosen.rules.iter().collect();
    rules.sort_by_key(|rule| rule.id());
    if arguments.json {
        let rows: Vec<_> = rules
            .iter()
            .map(|rule| json!({ "id": rule.id(), "name": rule.name(), "source": rule.source() }))
            .collect();
        output::json(&json!({ "rules": rows }));
        return Ok(ExitCode::SUCCESS);
    }
    let cells: Vec<Vec<String>> = std::iter::once(["ID", "NAME", "SOURCE"].map(str::to_owned).to_vec())
        .chain(rules.iter().map(|rule| [rule.id(), rule.name(), rule.source()].map(plain).to_vec()))
        .collect();
    for (at, line) in output::columns(&cells).iter().enumerate() {
        output::line(&if at == 0 { output::strong(line) } else { line.clone() });
    }
    output::error_line(&format!("{} rules", rules.len()));
    Ok(ExitCode::SUCCESS)
}
