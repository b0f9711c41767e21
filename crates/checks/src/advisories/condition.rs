//! What a configuration must say for an advisory to matter.

use crate::repo::Production;
use crate::{Place, Text};

/// Alternatives; without any, it always holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    alternatives: Vec<Test>,
}

/// A setting, and what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Test {
    path: String,
    /// One of these, the empty one for a setting that is absent; `None` for anything.
    values: Option<Vec<String>>,
}

/// Stands for a package.json that names the package: whoever does means to use it, under whatever key.
const NAMED: &str = "named";

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Used {
    /// It does; because of this place, where one is.
    Yes(Option<Place>),
    /// It does not.
    No,
    /// That is only known when it runs, or is not written here.
    Unknown,
}

impl Condition {
    /// Reads `path`, `path=a|b` and `named`, with ` or ` between.
    pub(super) fn parse(text: &str) -> Self {
        let alternatives = text.split(" or ").map(str::trim).filter(|test| !test.is_empty());
        let read = |text: &str| match text.split_once('=') {
            Some((path, values)) => {
                Test { path: path.to_owned(), values: Some(values.split('|').map(str::to_owned).collect()) }
            }
            None => Test { path: text.to_owned(), values: None },
        };
        Self { alternatives: alternatives.map(read).collect() }
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// How it reads: `techdocs.generator.runIn: local`.
    pub fn text(&self) -> String {
        let text = |test: &Test| match &test.values {
            None if test.path == NAMED => "a package.json that names it".to_owned(),
            None => test.path.clone(),
            Some(values) => {
                let named: Vec<&str> =
                    values.iter().filter(|value| !value.is_empty()).map(String::as_str).collect();
                format!("{}: {}", test.path, named.join(" or "))
            }
        };
        self.alternatives.iter().map(text).collect::<Vec<_>>().join(", or ")
    }

    /// Whether some of the productions is such. Without any, nothing is known. `named`: whether a package.json names the
    /// package.
    pub fn used<'a>(&self, productions: impl IntoIterator<Item = &'a Production>, named: bool) -> Used {
        let asks = |test: &Test| test.path == NAMED;
        if self.is_empty() || named && self.alternatives.iter().any(asks) {
            return Used::Yes(None);
        }
        let tests = |production| {
            self.alternatives.iter().filter(|test| !asks(test)).map(move |test| test.used(production))
        };
        let all: Vec<Used> = productions.into_iter().flat_map(tests).collect();
        if let Some(yes) = all.iter().find(|used| matches!(used, Used::Yes(_))) {
            return yes.clone();
        }
        if all.is_empty() || all.contains(&Used::Unknown) { Used::Unknown } else { Used::No }
    }
}

impl Test {
    fn used(&self, production: &Production) -> Used {
        let item = production.at(&self.path);
        let Some(item) = item else {
            let absent_is_one =
                self.values.as_ref().is_some_and(|values| values.iter().any(String::is_empty));
            return match production.missing().is_empty() {
                _ if above_is_unknown(production, &self.path) => Used::Unknown,
                false => Used::Unknown,
                true if absent_is_one => Used::Yes(None),
                true => Used::No,
            };
        };
        let place = || Some(item.key_place().clone());
        let Some(values) = &self.values else { return Used::Yes(place()) };
        let is = |value: &String| match value.as_str() {
            "true" => item.is_true(),
            "false" => item.as_bool() == Some(false),
            value => item.literal() == Some(value),
        };
        match item.text() {
            Some(Text::Outside { .. }) => Used::Unknown,
            _ if values.iter().any(is) => Used::Yes(place()),
            _ => Used::No,
        }
    }
}

/// Whether something on the way is only known when it runs.
fn above_is_unknown(production: &Production, path: &str) -> bool {
    let mut at = &production.root;
    for part in path.split('.') {
        let Some(below) = at.get(part) else { break };
        at = below;
    }
    matches!(at.text(), Some(Text::Outside { .. }))
}
