//! Which files a start loads, by the rules of the configuration loader.

use crate::Place;
use crate::image::{expand, join};
use crate::repo::app_config::{AppConfig, Role};
use crate::repo::launch::{Missing, Start};

/// What a start loads.
pub(super) struct Loaded {
    /// Indexes of configurations, in order.
    pub(super) configs: Vec<usize>,
    /// What is not here.
    pub(super) missing: Vec<Missing>,
    /// Everything in order, as it is told.
    pub(super) wanted: Vec<Wanted>,
    /// Whether no guess was made.
    pub(super) certain: bool,
}

/// One source, for people.
pub(super) enum Wanted {
    Here(String),
    Missing(String),
}

impl Wanted {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Here(name) => name.clone(),
            Self::Missing(name) => format!("{name} (not in this repository)"),
        }
    }
}

/// The rules: `--config` means just those; otherwise `app-config.yaml`, those that `BACKSTAGE_ENV` names, and the
/// local one if it is there.
pub(super) fn of_start(start: &Start, configs: &[AppConfig], folder: &str) -> Loaded {
    let mut loaded = Loaded { configs: Vec::new(), missing: Vec::new(), wanted: Vec::new(), certain: true };
    let known = |name: &str| start.env.get(name).and_then(crate::Item::literal).map(str::to_owned);
    if start.configs.is_empty() {
        let mut names = vec!["app-config.yaml".to_owned()];
        let env = known("BACKSTAGE_ENV");
        let environments: Vec<&str> = env
            .iter()
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        names.extend(environments.iter().map(|name| format!("app-config.{name}.yaml")));
        names.push("app-config.local.yaml".to_owned());
        names.extend(environments.iter().map(|name| format!("app-config.{name}.local.yaml")));
        loaded.certain = !start.env.contains_key("BACKSTAGE_ENV") || env.is_some();
        for (at, name) in names.iter().enumerate() {
            // What the defaults name need not exist. A local file is only there if it was copied.
            match find(start, name, configs, folder, name.ends_with("local.yaml")) {
                Some(found) => loaded.take(found, configs),
                None if at == 0 => loaded.lack(name, &start.place),
                None => {}
            }
        }
        return loaded;
    }
    for word in &start.configs {
        let name = expand(&word.text, known);
        if name.contains('$') {
            loaded.certain = false;
            // `for config in ${CONFIG_FILES}`: the loop's variable is known to nobody, the list is.
            let listed: Vec<usize> = listed(start)
                .into_iter()
                .filter_map(|name| find(start, name, configs, folder, false))
                .collect();
            if !listed.is_empty() {
                for at in listed {
                    loaded.take(at, configs);
                }
                continue;
            }
            match guess(&name, configs) {
                Some(found) => loaded.take(found, configs),
                None => loaded.lack(&name, &word.place),
            }
            continue;
        }
        match find(start, &name, configs, folder, false) {
            Some(found) => loaded.take(found, configs),
            None => loaded.lack(&name, &word.place),
        }
    }
    loaded
}

impl Loaded {
    fn take(&mut self, at: usize, configs: &[AppConfig]) {
        // The same file twice: the later time counts.
        self.configs.retain(|other| *other != at);
        self.configs.push(at);
        self.wanted.extend(configs.get(at).map(|config| Wanted::Here(config.path.to_string())));
    }

    fn lack(&mut self, name: &str, place: &Place) {
        let remote = name.contains("://");
        self.wanted.push(Wanted::Missing(name.to_owned()));
        self.missing.push(Missing { name: name.to_owned(), place: place.clone(), remote });
    }
}

/// The configuration that a name means where something starts.
fn find(start: &Start, name: &str, configs: &[AppConfig], folder: &str, only_copied: bool) -> Option<usize> {
    if name.contains("://") {
        return None;
    }
    let absolute = join(&start.workdir, name);
    let by_path = |path: &str| configs.iter().position(|config| !config.embedded && *config.path == *path);
    let copied = start.image.as_ref().and_then(|image| image.contents.get(&absolute));
    if let Some(found) = copied.and_then(|path| by_path(path)) {
        return Some(found);
    }
    if only_copied {
        return None;
    }
    // Mounted over what the image has, or beside it.
    let last = absolute.rsplit('/').next().unwrap_or(&absolute);
    let mounted = configs.iter().position(|config| {
        config.embedded && *config.name == *last && config.role != Role::Development && is_of(start, config)
    });
    // Not seen to be copied, but named as it stands in the repository.
    let relative = absolute.strip_prefix(start.workdir.trim_end_matches('/')).unwrap_or(&absolute);
    let here = || {
        let path = join(&format!("/{folder}"), relative.trim_start_matches('/'));
        by_path(path.trim_start_matches('/'))
    };
    let named = || configs.iter().position(|config| !config.embedded && *config.name == *last);
    let in_image = start.image.is_some();
    mounted.or_else(here).or_else(|| if in_image { None } else { named() })
}

/// Whether what a manifest holds may be mounted where something starts: not what another chart's values hold.
fn is_of(start: &Start, config: &AppConfig) -> bool {
    *config.name != *"app-config-from-configmap.yaml" || config.path == start.place.path
}

/// The names of configurations that a variable of the environment lists.
fn listed(start: &Start) -> Vec<&str> {
    start.env.values().find_map(names).unwrap_or_default()
}

fn names(item: &crate::Item) -> Option<Vec<&str>> {
    let text = item.as_str()?.trim_matches(['"', '\'']);
    let names: Vec<&str> =
        text.split([',', ';', ' ', ':']).map(str::trim).filter(|name| !name.is_empty()).take(32).collect();
    let are_configs = names.iter().all(|name| Role::of(name.rsplit('/').next().unwrap_or(name)).is_some());
    (!names.is_empty() && are_configs).then_some(names)
}

/// The likeliest file for a name that only the start knows: the one for production, else the only one that fits.
fn guess(name: &str, configs: &[AppConfig]) -> Option<usize> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let (before, rest) = name.split_once('$')?;
    let after = rest.rsplit('}').next().filter(|_| rest.contains('}')).unwrap_or_default();
    let fits = |config: &AppConfig| {
        !config.embedded
            && config.name.len() > before.len() + after.len()
            && config.name.starts_with(before)
            && config.name.ends_with(after)
    };
    let mut fitting = configs.iter().enumerate().filter(|(_, config)| fits(config));
    let production = configs.iter().position(|config| fits(config) && config.role == Role::Production);
    let only = fitting.next().filter(|_| fitting.next().is_none()).map(|(at, _)| at);
    production.or(only)
}
