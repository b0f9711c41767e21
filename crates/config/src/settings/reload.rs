//! What a running server can take over from a changed configuration.

use super::Settings;
use super::keys::KEYS;
use crate::Config;
use crate::value::{Data, Value, join};

/// Backstage's keys that a running server takes over, everything below each included.
const THEIRS: &[&str] = &[
    "auth",
    "enableExperimentalRedirectFlow",
    "backend.auth",
    "backend.cors",
    "backend.csp",
    "backend.referrer",
    "backend.trustProxy",
    "backend.https.certificate",
    "backend.reading",
    "integrations",
    "catalog",
    "discovery",
];

/// Backstage's keys that are read once, at start.
const ONCE: &[&str] = &[
    "app.title",
    "app.baseUrl",
    "organization.name",
    "backend.baseUrl",
    "backend.listen",
    "backend.https",
    "backend.database",
    "backend.logger.level",
];

impl Settings {
    /// The keys whose changes a running server takes over; everything below each is included.
    pub fn reloadable() -> Vec<String> {
        let ours = KEYS.iter().filter(|key| key.reloads).map(|key| format!("stagedoor.{}", key.path));
        THEIRS.iter().map(|key| (*key).to_owned()).chain(ours).collect()
    }

    /// Keys that differ between two configurations and take a restart. Keys that are not used at
    /// all are left out.
    pub fn restart_keys(running: &Config, wanted: &Config) -> Vec<String> {
        let mut changed = Vec::new();
        differences(Some(&running.root), Some(&wanted.root), "", &mut changed);
        let reloadable = Self::reloadable();
        changed.retain(|key| {
            let used = is_below(key, "stagedoor") || ONCE.iter().any(|once| is_below(key, once));
            used && !reloadable.iter().any(|prefix| is_below(key, prefix))
        });
        changed
    }
}

fn is_below(key: &str, prefix: &str) -> bool {
    key.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn differences(left: Option<&Value>, right: Option<&Value>, key: &str, changed: &mut Vec<String>) {
    let [left, right] = [left, right].map(|side| side.filter(|value| !value.is_null()));
    let maps = [left, right].map(|side| match side.map(|value| &value.data) {
        Some(Data::Map(map)) => Some(map),
        _ => None,
    });
    if maps.iter().all(Option::is_none) {
        if !same(left, right) {
            changed.push(key.to_owned());
        }
        return;
    }
    let scalar = |value: Option<&Value>| value.is_some_and(|value| !matches!(value.data, Data::Map(_)));
    if scalar(left) || scalar(right) {
        changed.push(key.to_owned());
        return;
    }
    let [left, right] = maps;
    let mut names: Vec<&String> = left.into_iter().chain(right).flat_map(|map| map.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (left, right) = (left.and_then(|map| map.get(name)), right.and_then(|map| map.get(name)));
        differences(left, right, &join(key, name), changed);
    }
}

/// Equal as read; where it was written does not count.
fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    let (left, right) = match (left, right) {
        (None, None) => return true,
        (Some(left), Some(right)) => (left, right),
        _ => return false,
    };
    match (&left.data, &right.data) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Number(left), Data::Number(right)) => left == right,
        (Data::String(left), Data::String(right)) => left == right,
        (Data::Seq(left), Data::Seq(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(Some(left), Some(right)))
        }
        (Data::Map(left), Data::Map(right)) => {
            let kept = |map: &indexmap::IndexMap<String, Value>| {
                map.values().filter(|value| !value.is_null()).count()
            };
            kept(left) == kept(right)
                && left
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .all(|(name, value)| same(Some(value), right.get(name)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Mode};

    fn config(yaml: &str) -> Config {
        Config::from_text("app-config.yaml", yaml, &Environment::default(), Mode::Development)
            .expect("a config")
    }

    #[test]
    fn only_what_takes_a_restart_is_named() {
        let running = config(
            "app: { title: A }\nbackend:\n  listen: ':7007'\n  database: { client: pg, connection: { host: a } }\n\
             stagedoor: { edge: { limits: { concurrency: 5, targetBytes: 5000 } } }\ntechdocs: { builder: local }\n",
        );
        let wanted = config(
            "app: { title: B }\nbackend:\n  listen: { port: 7007 }\n  database: { client: pg, connection: { host: b } }\n  \
             cors: { origin: 'https://a.example' }\n\
             stagedoor: { edge: { limits: { concurrency: 6, targetBytes: 6000 }, allowedSources: [10.0.0.0/8] }, \
             sealingKey: x, previousSealingKeys: [y], signIn: { help: z } }\ntechdocs: {}\nauth: { environment: b }\n",
        );
        assert_eq!(
            Settings::restart_keys(&running, &wanted),
            [
                "app.title",
                "backend.database.connection.host",
                "backend.listen",
                "stagedoor.edge.limits.concurrency"
            ]
        );
        assert_eq!(Settings::restart_keys(&running, &running), Vec::<String>::new());
        for key in ["auth", "backend.auth", "stagedoor.sealingKey"] {
            assert!(Settings::reloadable().iter().any(|other| other == key), "{key}");
        }
    }
}
