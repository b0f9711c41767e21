//! One app-config file.

use std::sync::Arc;

use crate::Item;

/// A file that Backstage can load as configuration.
#[derive(Debug)]
pub struct AppConfig {
    /// Its path. Of a configuration inside another file (a ConfigMap), that file's.
    pub path: Arc<str>,
    /// What its name says it is for.
    pub role: Role,
    /// What it says.
    pub root: Item,
}

/// What a file's name says it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `app-config.yaml`.
    Base,
    /// `production`, `prod`, and other names that production goes by; and what is inside manifests.
    Production,
    /// `local`, `dev`, `development`, `test`, `ci`, `e2e`, `example`, `docker` and the like.
    Development,
    /// Any other name.
    Other,
}

impl Role {
    /// By the name of a file such as `app-config.production.yaml` or `app-config-local.yaml`; none if it is no
    /// app-config.
    pub fn of(name: &str) -> Option<Self> {
        let stem = name
            .strip_suffix(".yaml")
            .or_else(|| name.strip_suffix(".yml"))
            .or_else(|| name.strip_suffix(".json"))?;
        let rest = stem.strip_prefix("app-config")?;
        if rest.is_empty() {
            return Some(Self::Base);
        }
        let words: Vec<&str> = rest.strip_prefix(['.', '-', '_'])?.split(['.', '-', '_']).collect();
        let any = |names: &[&str]| words.iter().any(|word| names.contains(word));
        Some(match () {
            () if any(&[
                "local",
                "dev",
                "development",
                "develop",
                "test",
                "tests",
                "testing",
                "ci",
                "e2e",
                "example",
                "sample",
                "docker",
                "compose",
                "demo",
                "minikube",
                "kind",
                "k3d",
            ]) =>
            {
                Self::Development
            }
            () if any(&["production", "prod", "prd", "live"]) => Self::Production,
            () => Self::Other,
        })
    }
}
