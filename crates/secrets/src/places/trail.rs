//! The way from the root of a document to the value that is looked at.

use super::{FACTS, Step};

/// Keys before a value that its name is made of: `spec.datadog.apiKey`.
const NAMES: usize = 3;

/// Bytes of a key that count: a longer one is cut in paths and names, so that many values under it cost
/// no more than they are.
const KEY: usize = 1024;
/// Bytes of a name that a value goes by.
const NAME: usize = 128;

/// Where a walk through a document is.
#[derive(Default)]
pub(crate) struct Trail {
    pointer: String,
    steps: Vec<Step>,
    /// For each step: bytes of the pointer before it.
    lengths: Vec<usize>,
    /// For each key: what its value goes by.
    names: Vec<String>,
    /// Whether the step has a name.
    named: Vec<bool>,
    /// The documents that the walk is in: a whole one, and those within it.
    roots: Vec<Root>,
}

struct Root {
    /// Steps before it.
    depth: usize,
    /// What it says of itself: `kind`, `apiVersion`, `type`.
    facts: Vec<(String, String)>,
}

impl Trail {
    /// Goes to the value of `key`, which goes by `name` if that is another.
    pub(crate) fn enter_key(&mut self, key: &str, name: Option<&str>) {
        let key = start(key, KEY);
        self.lengths.push(self.pointer.len());
        self.pointer.push('/');
        if key.contains(['~', '/']) {
            self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            self.pointer.push_str(key);
        }
        self.steps.push(Step::Key(key.into()));
        self.names.push(start(name.unwrap_or(key), NAME).to_owned());
        self.named.push(true);
    }

    /// Goes to an element of a list.
    pub(crate) fn enter_item(&mut self, at: usize) {
        self.lengths.push(self.pointer.len());
        self.pointer.push('/');
        self.pointer.push_str(&at.to_string());
        self.steps.push(Step::Item);
        self.named.push(false);
    }

    /// Goes back.
    pub(crate) fn leave(&mut self) {
        self.steps.pop();
        if self.named.pop() == Some(true) {
            self.names.pop();
        }
        if let Some(length) = self.lengths.pop() {
            self.pointer.truncate(length);
        }
        while self.roots.last().is_some_and(|root| root.depth > self.steps.len()) {
            self.roots.pop();
        }
    }

    /// Whether a map here is a document of its own: the whole one, an item of a Kubernetes list, the
    /// configuration that the values of Backstage's Helm chart hold.
    pub(crate) fn is_root(&self) -> bool {
        match &self.steps[..] {
            [] => true,
            [Step::Key(key), Step::Item] => &**key == "items",
            [.., Step::Key(key)] => &**key == "appConfig",
            _ => false,
        }
    }

    /// A document starts here. `fact` tells what it says of itself.
    pub(crate) fn begin_root<'d>(&mut self, fact: impl Fn(&str) -> Option<&'d str>) {
        let facts = FACTS.iter().filter_map(|key| Some(((*key).to_owned(), fact(key)?.to_owned()))).collect();
        self.roots.push(Root { depth: self.steps.len(), facts });
    }

    /// JSON pointer of the value.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The last keys, for rules that know a secret by its name.
    pub(crate) fn name(&self) -> String {
        self.names[self.names.len().saturating_sub(NAMES)..].join(".")
    }

    /// For every document that the value is in: the steps from its root, and what it says of itself.
    pub(crate) fn ways(&self) -> impl Iterator<Item = (&[Step], &[(String, String)])> {
        self.roots.iter().map(|root| (&self.steps[root.depth..], &*root.facts))
    }
}

/// The start of a text, at most so many bytes.
fn start(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_knows_its_pointer_its_name_and_its_documents() {
        let mut trail = Trail::default();
        trail.begin_root(|fact| (fact == "kind").then_some("List"));
        trail.enter_key("items", None);
        trail.enter_item(3);
        assert!(trail.is_root());
        trail.begin_root(|fact| (fact == "kind").then_some("Secret"));
        trail.enter_key("a/b~c", Some("password"));
        assert_eq!(trail.pointer(), "/items/3/a~1b~0c");
        assert_eq!(trail.name(), "items.password");
        let ways: Vec<_> = trail.ways().map(|(steps, facts)| (steps.len(), facts[0].1.clone())).collect();
        assert_eq!(ways, [(3, "List".to_owned()), (1, "Secret".to_owned())]);
        trail.leave();
        trail.leave();
        assert_eq!(trail.ways().count(), 1, "an item's document ends with it");
        trail.leave();
        assert_eq!(trail.pointer(), "");
    }

    #[test]
    fn a_long_key_is_cut() {
        let mut trail = Trail::default();
        trail.enter_key(&"ä".repeat(5000), None);
        assert_eq!((trail.pointer().len(), trail.name().len()), (KEY + 1, NAME));
    }
}
