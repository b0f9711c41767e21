//! What production runs with.

mod environment;
mod left;
mod of_config;
mod resolve;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use crate::Place;
use crate::finding::Step;
use crate::repo::app_config::{AppConfig, Role};
use crate::repo::launch::{Launch, Launches, Missing, Start};
use crate::tree::{Item, Value};

use left::Left;
use resolve::{Loaded, Wanted};

/// One effective configuration.
#[derive(Debug)]
pub struct Production {
    /// How it is started.
    pub launch: Launch,
    /// All sources merged, every value with its place and what it replaced.
    pub root: Item,
    /// How that is known.
    pub how: Step,
    /// Whether it says so somewhere; otherwise it is what people usually do.
    pub certain: bool,
    /// What `NODE_ENV` is.
    pub node_env: NodeEnv,
    /// What variables `APP_CONFIG_..` set: the dot path, and the value at the variable's place.
    pub env_overrides: Vec<(String, Item)>,
    /// Where else something is started that loads the same.
    pub also: Vec<Place>,
    /// The Dockerfile whose image it runs in.
    pub image: Option<Arc<str>>,
    /// What of which file is left in [`Production::root`].
    left: OnceLock<Left>,
}

/// What `NODE_ENV` is where something starts.
#[derive(Clone, Debug)]
pub enum NodeEnv {
    /// This, said here; the item may be unknown.
    Set(Item),
    /// Nothing sets it.
    Unset,
    /// It may be set where nobody sees it here.
    Unknown,
}

impl NodeEnv {
    /// Whether it is `production`.
    pub fn is_production(&self) -> bool {
        matches!(self, Self::Set(item) if item.as_str() == Some("production"))
    }
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

    /// Whether a value of one file is still what the merged tree has there. A map survives as long as something in it
    /// does.
    pub(crate) fn has(&self, place: &Place) -> bool {
        self.left.get_or_init(|| Left::of(&self.root)).has(place)
    }

    /// Configurations that it loads, and that cannot be read here: what is not in [`Production::root`] may be in them.
    pub fn missing(&self) -> &[Missing] {
        &self.launch.missing
    }

    /// What a server is about to start with.
    pub(crate) fn of_config(config: &config::Config) -> Self {
        of_config::production(config)
    }
}

/// What a start loads: configurations, what is missing, and what variables set.
type Loads = (Vec<usize>, Vec<String>, Vec<String>);

/// The productions of an application: one for each way of starting it that loads something else.
pub(crate) fn of(folder: &str, configs: &[AppConfig], launches: &Launches<'_>) -> Vec<Production> {
    let mut found: Vec<Production> = Vec::new();
    let mut seen: BTreeMap<Loads, usize> = BTreeMap::new();
    for start in launches.of(folder) {
        let loaded = resolve::of_start(&start, configs, folder);
        let overrides: Vec<String> =
            environment::overrides(&start).into_iter().map(|(path, _)| path).collect();
        let names = loaded.missing.iter().map(|missing| missing.name.clone()).collect();
        let key = (loaded.configs.clone(), names, overrides);
        if let Some(same) = seen.get(&key) {
            if let Some(production) = found.get_mut(*same) {
                production.also.push(start.place.clone());
            }
        } else if let Some(production) = started(&start, loaded, configs) {
            seen.insert(key, found.len());
            found.push(production);
        }
    }
    // What names files that are nowhere (the template's image, left behind) says nothing beside what has all of its own.
    if found.iter().any(|production| production.missing().is_empty() && production.launch.configs.len() > 1) {
        found.retain(|production| production.missing().iter().all(|missing| missing.remote));
    }
    let loads_production = found
        .iter()
        .any(|production| production.launch.configs.iter().any(|path| is_production(path, configs)));
    if found.is_empty() || (!loads_production && configs.iter().any(|config| config.role == Role::Production))
    {
        found.extend(conventional(configs));
    }
    found
}

fn is_production(path: &str, configs: &[AppConfig]) -> bool {
    configs.iter().any(|config| *config.path == *path && config.role == Role::Production)
}

/// What one start loads.
fn started(start: &Start, loaded: Loaded, configs: &[AppConfig]) -> Option<Production> {
    let used: Vec<&AppConfig> = loaded.configs.iter().filter_map(|at| configs.get(*at)).collect();
    if used.is_empty() && loaded.missing.is_empty() {
        return None;
    }
    let mut root =
        merged(&used).unwrap_or_else(|| Item::new(Value::Map(IndexMap::new()), start.place.clone()));
    let env_overrides = environment::overrides(start);
    for (path, item) in &env_overrides {
        root = merge(root, &environment::tree(path, item));
    }
    let names = loaded.wanted.iter().map(Wanted::name).collect::<Vec<_>>().join(", then ");
    let how = if names.is_empty() { "no app-config".to_owned() } else { names };
    Some(Production {
        root,
        how: Step {
            place: Some(start.place.clone()),
            text: format!("production ({}) loads {how}", start.who),
        },
        launch: Launch {
            place: Some(start.place.clone()),
            configs: used.iter().map(|config| Arc::clone(&config.path)).collect(),
            missing: loaded.missing,
        },
        certain: loaded.certain,
        node_env: environment::node_env(start),
        env_overrides,
        also: Vec::new(),
        image: start.image.as_ref().map(|image| Arc::clone(&image.path)),
        left: OnceLock::new(),
    })
}

/// What people usually do: the base file and the one for production, and what manifests hold.
fn conventional(configs: &[AppConfig]) -> Option<Production> {
    let of_role = |role: Role| {
        let named = |config: &&AppConfig| config.role == role && !config.embedded;
        let exact = ["app-config.production.yaml", "app-config.yaml"];
        configs
            .iter()
            .filter(named)
            .min_by_key(|config| (config.path.matches('/').count(), !exact.contains(&&*config.name)))
    };
    let inside = configs.iter().filter(|config| config.embedded && config.role == Role::Production);
    let used: Vec<&AppConfig> =
        [Role::Base, Role::Production].into_iter().filter_map(of_role).chain(inside).collect();
    let used = if used.is_empty() { configs.iter().take(1).collect() } else { used };
    let root = merged(&used)?;
    let names: Vec<Arc<str>> = used.iter().map(|config| Arc::clone(&config.path)).collect();
    let list = names.iter().map(|name| &**name).collect::<Vec<_>>().join(", then ");
    Some(Production {
        launch: Launch { place: None, configs: names, missing: Vec::new() },
        root,
        how: Step { place: None, text: format!("production usually loads {list}") },
        certain: false,
        node_env: NodeEnv::Unknown,
        env_overrides: Vec::new(),
        also: Vec::new(),
        image: None,
        left: OnceLock::new(),
    })
}

fn merged(used: &[&AppConfig]) -> Option<Item> {
    let (first, rest) = used.split_first()?;
    Some(rest.iter().fold(first.root.clone(), |root, config| merge(root, &config.root)))
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
