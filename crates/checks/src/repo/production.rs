//! What production runs with.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::Place;
use crate::finding::Step;
use crate::repo::app_config::{AppConfig, Role};
use crate::repo::files::Files;
use crate::tree::{Item, Value};

/// A way in which production is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Where it says so; none where it is only what people usually do.
    pub place: Option<Place>,
    /// The configurations it names, in order.
    pub configs: Vec<Arc<str>>,
}

/// One effective configuration.
#[derive(Debug)]
pub struct Production {
    /// How it is started.
    pub launch: Launch,
    /// All files merged, every value with its place and what it replaced.
    pub root: Item,
    /// How that is known.
    pub how: Step,
}

impl Production {
    /// The value at a dot path, unless it is null.
    pub fn at(&self, path: &str) -> Option<&Item> {
        self.root.at(path).filter(|item| !item.is_null())
    }

    /// A place to point at for something that is not there: the deepest parent of a dot path that is, else the first
    /// file.
    pub fn near(&self, path: &str) -> &Place {
        let mut at = &self.root;
        for part in path.split('.') {
            let Some(next) = at.get(part) else { break };
            at = next;
        }
        at.key_place()
    }

    /// What a server is about to start with.
    pub(crate) fn of_config(_config: &config::Config) -> Self {
        let nothing = Item::new(Value::Null, Place::whole(&Arc::from("app-config")));
        let how = Step { place: None, text: "the server starts with it".to_owned() };
        Self { launch: Launch { place: None, configs: Vec::new() }, root: nothing, how }
    }
}

/// The productions of an application.
pub(crate) fn of(_folder: &str, configs: &[AppConfig], _files: &Files) -> Vec<Production> {
    let used: Vec<&AppConfig> = [Role::Base, Role::Production]
        .into_iter()
        .filter_map(|role| configs.iter().find(|file| file.role == role))
        .collect();
    let Some(first) = used.first() else { return Vec::new() };
    let root = used.iter().skip(1).fold(first.root.clone(), |root, file| merge(root, &file.root));
    let names: Vec<Arc<str>> = used.iter().map(|file| Arc::clone(&file.path)).collect();
    let text =
        format!("production loads {}", names.iter().map(|name| &**name).collect::<Vec<_>>().join(", then "));
    vec![Production { launch: Launch { place: None, configs: names }, root, how: Step { place: None, text } }]
}

/// A later source over an earlier one, as Backstage merges: maps key by key, everything else replaced.
pub(crate) fn merge(under: Item, over: &Item) -> Item {
    let (Value::Map(old), Value::Map(new)) = (&under.value, &over.value) else {
        let mut item = over.clone();
        item.overrode.push(under);
        return item;
    };
    let mut merged: IndexMap<Arc<str>, Item> = old.clone();
    for (key, item) in new {
        let value = match merged.get(key) {
            Some(under) => merge(under.clone(), item),
            None => item.clone(),
        };
        merged.insert(Arc::clone(key), value);
    }
    Item { value: Value::Map(merged), ..over.clone() }
}
