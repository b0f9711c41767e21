//! A set of rules, compiled once and shared.

use std::sync::{Arc, LazyLock};

use sha2::{Digest as _, Sha256};

use crate::builtin::FAMILIES;
use crate::engine::Engine;
use crate::load::{self, Trust};
use crate::name::Name;
use crate::rule::{Rule, Shape};

/// Rules, ready to search with. Cheap to clone.
#[derive(Clone)]
pub struct Rules {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    version: [u8; 32],
}

static BUILTIN: LazyLock<Rules> = LazyLock::new(|| Rules::of(builtin()));

fn builtin() -> Vec<Rule> {
    FAMILIES.iter().flat_map(|(_, text)| load::load(text, Trust::Ours).rules).collect()
}

impl Rules {
    /// The rules in the binary.
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// The rules in the binary, and these. A rule with the id of another replaces it.
    pub fn builtin_and(more: Vec<Rule>) -> Self {
        if more.is_empty() {
            return Self::builtin();
        }
        let mut rules = builtin();
        rules.retain(|rule| more.iter().all(|new| new.id() != rule.id()));
        rules.extend(more);
        Self::of(rules)
    }

    /// The rules in the binary, and these, as far as `keep` says so of their ids.
    pub fn chosen(more: Vec<Rule>, keep: impl Fn(&str) -> bool) -> Self {
        let mut rules = builtin();
        rules.retain(|rule| more.iter().all(|new| new.id() != rule.id()));
        rules.extend(more);
        rules.retain(|rule| keep(rule.id()));
        Self::of(rules)
    }

    /// These rules alone.
    pub fn of(rules: Vec<Rule>) -> Self {
        let version = version(&rules);
        Self { inner: Arc::new(Inner { engine: Engine::new(rules), version }) }
    }

    /// Every rule.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.inner.engine.rules().iter()
    }

    /// The rule of this id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| rule.id() == id)
    }

    /// A hash of what the rules look for: another one means that what was clean has to be looked at
    /// again.
    pub fn version(&self) -> [u8; 32] {
        self.inner.version
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }
}

fn version(rules: &[Rule]) -> [u8; 32] {
    let mut hash = Sha256::new();
    // What finds and what passes over is code as well.
    hash.update(env!("CARGO_PKG_VERSION"));
    // Those in the binary, with all that they say.
    for (_, text) in FAMILIES {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    for rule in rules {
        let patterns: &[&str] = match &rule.shape {
            Shape::Token { pattern, .. } | Shape::Around { pattern, .. } => &[pattern.text()],
            Shape::Named { value, .. } => &[value.text()],
            Shape::Block { begin, end, .. } => &[begin.text(), end.text()],
            Shape::Place { at, .. } => {
                hash.update(format!("{:?}{:?}{:?}{:?}", at.places, at.except, at.when, at.encoded));
                &[at.value.as_ref().map_or("", crate::pattern::Pattern::text)]
            }
        };
        hash.update(format!("{:?}{:?}{:?}{:?}", rule.id(), patterns, rule.left, rule.right));
        hash.update(rule.entropy.to_le_bytes());
        if let Shape::Named { names, .. } = &rule.shape {
            hash.update(format!("{:?}", names.iter().map(Name::parts).collect::<Vec<_>>()));
        }
        for keyword in rule.keywords() {
            hash.update(keyword.len().to_le_bytes());
            hash.update(keyword);
        }
    }
    hash.finalize().into()
}
