//! The configuration that a server is about to start with, as a tree.

use std::net::IpAddr;
use std::sync::Arc;

use config::ValueRef;

use super::{NodeEnv, Production};
use crate::Place;
use crate::finding::Step;
use crate::repo::launch::Launch;
use crate::tree::{Item, Value};

pub(super) fn production(config: &config::Config) -> Production {
    let files: Vec<Arc<str>> = config.files().iter().map(|file| Arc::from(file.to_string_lossy())).collect();
    let list = files.iter().map(|file| &**file).collect::<Vec<_>>().join(", then ");
    let text = if list.is_empty() {
        "the server starts with this".to_owned()
    } else {
        format!("the server loads {list}")
    };
    Production {
        launch: Launch { place: None, configs: files, missing: Vec::new() },
        root: item(&config.root()),
        how: Step { place: None, text },
        certain: true,
        node_env: NodeEnv::Unknown,
        env_overrides: Vec::new(),
        also: Vec::new(),
        image: None,
        left: std::sync::OnceLock::new(),
    }
}

/// A value with all that is below. A value that came through a variable or a file is known to nobody here: it may
/// be a secret, and is none that somebody wrote down.
fn item(value: &ValueRef<'_>) -> Item {
    let value_of = |value: &ValueRef<'_>| {
        if let Ok(entries) = value.entries()
            && value.is_object()
        {
            return Value::Map(entries.iter().map(|(key, value)| (Arc::from(*key), item(value))).collect());
        }
        if let Ok(Some(items)) = value.items() {
            return Value::Seq(items.iter().map(item).collect());
        }
        match value.scalar() {
            Some(config::Scalar::Bool(flag)) => Value::Bool(flag),
            Some(config::Scalar::Number(number)) => Value::Number(number.clone()),
            Some(config::Scalar::String(text)) if value.is_from_outside() && !is_no_secret(text) => {
                Value::Unknown(Arc::from("from the environment or a file"))
            }
            // What looks like a variable here was escaped in the file.
            Some(config::Scalar::String(text)) => Value::String(Arc::from(text.replace("${", "$${"))),
            None => Value::Null,
        }
    };
    let place = place(value.near_place());
    let key = value.written_key().map(self::place);
    Item { value: value_of(value), place, key, overrode: Vec::new() }
}

/// A switch, a wildcard or a range of addresses: nobody's secret, and what a start must be judged by wherever it is
/// from.
fn is_no_secret(text: &str) -> bool {
    let text = text.trim();
    let (address, bits) = text.split_once('/').unwrap_or((text, "0"));
    let is_range = address.parse::<IpAddr>().is_ok() && bits.parse::<u8>().is_ok();
    is_range || ["true", "false", "*", ":memory:"].contains(&text)
}

fn place(of: &config::Place) -> Place {
    Place { path: Arc::clone(&of.source), line: of.line, column: of.column, start: 0, end: 0 }
}

#[cfg(test)]
mod tests {
    use config::{Config, Environment, Mode};

    use super::*;

    #[test]
    fn values_from_outside_are_not_known() {
        let environment: Environment =
            [("S", "hunter2hunter2"), ("RANGE", "0.0.0.0/0"), ("APP_CONFIG_a_b", "true")]
                .into_iter()
                .collect();
        let yaml = "a:\n  secret: ${S}\n  weak: 'x$${Y}'\n  list: [1, two]\n  from: ${RANGE}\n";
        let config =
            Config::from_text("app-config.yaml", yaml, &environment, Mode::Production).expect("a config");
        let production = production(&config);
        assert!(production.at("a.secret").is_some_and(Item::is_unknown));
        assert_eq!(production.at("a.from").and_then(Item::literal), Some("0.0.0.0/0"));
        assert_eq!(production.at("a.weak").and_then(Item::literal), Some("x$${Y}"));
        assert_eq!(
            production.at("a.list.1").map(|item| item.place.to_string()).as_deref(),
            Some("app-config.yaml:4:13")
        );
        assert_eq!(production.at("a.weak").map(|item| item.key_place().column), Some(3));
        let set = production.at("a.b").expect("from the environment");
        assert_eq!((set.is_true(), set.place.to_string().as_str()), (true, "env APP_CONFIG_a_b"));
    }
}
