use std::collections::HashMap;

use crate::fix::Fix;
use crate::image::{Command, Word};
use crate::rules::downloads::is_url;
use crate::rules::scripts;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Parts of addresses at which there is something else after every release or commit.
const MOVING: &[&str] = &[
    "/releases/latest/",
    "/latest/",
    "/master/",
    "/main/",
    "/HEAD/",
    "/stable/",
    "/refs/heads/",
    "/develop/",
    "?ref=main",
    "?ref=master",
    "?ref=HEAD",
    "?ref=stable",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for script in scripts::with(*cx, &["kubectl", "oc "])? {
        let known = assigned(&script.commands);
        for command in script.commands.iter().filter(|command| applies(command)) {
            let words = command.program().iter().skip(1);
            let written = words.filter_map(|word| {
                let (address, at) = address(word, &known)?;
                MOVING.iter().find(|part| address.contains(*part)).map(|part| (address, at, *part))
            });
            for (address, at, part) in written {
                findings
                    .at(&at.place, format!("the cluster gets whatever is at {} ({part}) at the time", host_and_path(address)))
                    .severity(Severity::Low)
                    .why("whoever changes what is there changes the cluster at the next run, with the rights of who runs this")
                    .fix(Fix::manual("name a release or a commit in the address, or keep the manifest in the repository"));
            }
        }
    }
    Ok(())
}

/// Whether a command puts manifests into a cluster.
fn applies(command: &Command) -> bool {
    matches!(command.name(), "kubectl" | "oc")
        && command.operands().any(|word| matches!(word.text.as_str(), "apply" | "create" | "replace"))
}

/// What variables are given as they are, with the word that does so.
fn assigned(commands: &[Command]) -> HashMap<&str, (&str, &Word)> {
    let words = commands.iter().flat_map(|command| &command.words);
    words
        .filter_map(|word| {
            let (name, value) = word.text.split_once('=')?;
            is_url(value).then_some((name, (value, word)))
        })
        .collect()
}

/// The address that a word is, or that the variable is which it names.
fn address<'a>(word: &'a Word, known: &HashMap<&str, (&'a str, &'a Word)>) -> Option<(&'a str, &'a Word)> {
    let text =
        word.text.rsplit_once("=http").map_or(word.text.as_str(), |(flag, _)| &word.text[flag.len() + 1..]);
    if is_url(text) {
        return Some((text, word));
    }
    let name = text.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
    known.get(name).copied()
}

/// An address without credentials and what is asked of it.
fn host_and_path(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let host = rest.split('/').next().unwrap_or(rest);
    if host.contains('@') { rest.split_once('@').map_or(rest, |(_, after)| after) } else { rest }
}
