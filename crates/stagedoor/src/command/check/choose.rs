//! Which rules run.

use checks::{Checklist, Entry, registry};

use super::arguments::Choice;
use super::near::near;
use crate::failure::Failure;
use crate::output::plain;

/// The rules that were asked for, in the registry's order.
pub(crate) fn rules(choice: &Choice, is_live: bool) -> Result<Vec<&'static Entry>, Failure> {
    for id in choice.rules.iter().chain(&choice.without) {
        one(id)?;
    }
    for name in &choice.topics {
        if !Checklist::ALL.iter().any(|item| item.name() == name) {
            let names: Vec<&str> = Checklist::ALL.iter().map(|item| item.name()).collect();
            return Err(unknown("topic", name, &names));
        }
    }
    let is_in = |list: &[String], name: &str| list.iter().any(|one| one == name);
    Ok(registry()
        // A repository does not answer, and an instance has no files.
        .filter(|entry| entry.id.starts_with("live-") == is_live || is_in(&choice.rules, entry.id))
        .filter(|entry| choice.rules.is_empty() || is_in(&choice.rules, entry.id))
        .filter(|entry| choice.topics.is_empty() || is_in(&choice.topics, entry.rule.checklist.name()))
        .filter(|entry| !is_in(&choice.without, entry.id))
        .collect())
}

/// The rule with an id.
pub(crate) fn one(id: &str) -> Result<&'static Entry, Failure> {
    registry().find(|entry| entry.id == id).ok_or_else(|| {
        let names: Vec<&str> = registry().map(|entry| entry.id).collect();
        unknown("rule", id, &names)
    })
}

fn unknown(what: &str, name: &str, names: &[&str]) -> Failure {
    let found = near(name, names.iter().copied());
    let hint = match (&found[..], what) {
        ([], "rule") => "`stagedoor check rules` lists them".to_owned(),
        ([], _) => format!("there are {}", names.join(", ")),
        (found, _) => format!("did you mean {}?", found.join(", or ")),
    };
    Failure::Refused { message: format!("there is no {what} `{}`", plain(name)), hint: Some(hint) }
}
