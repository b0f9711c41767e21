//! Every rule's own examples, and that the rules are well formed.

use std::collections::HashMap;

use super::scanner;
use crate::builtin::FAMILIES;
use crate::load::{Trust, load};
use crate::rule::{Rule, Shape};
use crate::{Finding, Scanner};

/// The mark in an example that keeps other scanners from taking it for a leak.
const BREAK: char = '¦';

fn families() -> impl Iterator<Item = (&'static str, Vec<Rule>)> {
    FAMILIES.iter().map(|(family, text)| (*family, load(text, Trust::Foreign).rules))
}

#[test]
fn every_rule_is_well_formed() {
    let mut ids = HashMap::new();
    let mut problems = Vec::new();
    for (family, text) in FAMILIES {
        let loaded = load(text, Trust::Foreign);
        problems.extend(loaded.problems.iter().map(|problem| format!("{family}.toml: {problem}")));
        let mut last = None;
        for rule in &loaded.rules {
            // One kind may be recognised in two ways, by itself and by its name: next to each other.
            let again = last.replace(rule.id().to_owned()).is_some_and(|last| last == rule.id());
            if let Some(other) = ids.insert(rule.id().to_owned(), family)
                && !again
            {
                problems.push(format!("{family}.toml: {} stands in {other}.toml as well", rule.id()));
            }
            let id_is_kebab =
                rule.id().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !id_is_kebab || rule.name().is_empty() || rule.source().is_empty() {
                problems.push(format!("{family}.toml: {}: id, name or source", rule.id()));
            }
            if rule.examples.matches.len() < 2 || rule.examples.near.len() < 2 {
                problems.push(format!("{family}.toml: {}: two of `matches` and two of `near`", rule.id()));
            }
        }
    }
    let listed: Vec<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
    assert!(listed.is_sorted(), "the families in builtin.rs stand in order");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What is found in an example. One of a rule that knows places is a whole file.
fn found(scanner: &Scanner, rule: &Rule, text: &str) -> Vec<Finding> {
    match rule.shape {
        Shape::Place { .. } => scanner.scan_file("", text.as_bytes()),
        _ => scanner.scan(text.as_bytes()),
    }
}

#[test]
fn every_rule_finds_its_examples_and_nothing_near_them() {
    let scanner = scanner();
    let mut problems = Vec::new();
    for (family, rules) in families() {
        for rule in &rules {
            for example in &rule.examples.matches {
                let text = example.replace(BREAK, "");
                let found = found(&scanner, rule, &text);
                let ids: Vec<&str> = found.iter().map(|finding| &*finding.rule).collect();
                if ids != [rule.id()] {
                    problems.push(format!("{family}.toml: {}: {example:?} gives {ids:?}", rule.id()));
                }
                for finding in &found {
                    let secret = &text.as_bytes()[finding.span.clone()];
                    let block = matches!(rule.shape, Shape::Block { .. });
                    if !block && secret.iter().any(u8::is_ascii_whitespace) {
                        problems.push(format!("{family}.toml: {}: white space in {example:?}", rule.id()));
                    }
                }
                let again = scanner.redact(&text).into_owned();
                if scanner.redact(&again) != again {
                    problems.push(format!(
                        "{family}.toml: {}: the mask of {example:?} is masked again",
                        rule.id()
                    ));
                }
            }
            for example in &rule.examples.near {
                let text = example.replace(BREAK, "");
                if found(&scanner, rule, &text).iter().any(|finding| &*finding.rule == rule.id()) {
                    problems.push(format!("{family}.toml: {}: finds its near miss {example:?}", rule.id()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
