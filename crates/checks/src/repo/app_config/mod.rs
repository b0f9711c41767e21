//! One app-config.

pub(crate) mod embedded;
mod generated;
mod include;
mod role;

pub use role::Role;

pub(crate) use generated::Generated;
pub(crate) use role::is_for_development;

use std::sync::Arc;

use crate::Item;
use crate::repo::files::Files;

/// What Backstage can load as configuration: a file, or a part of a manifest that becomes one.
#[derive(Debug)]
pub struct AppConfig {
    /// Its path. Of a configuration inside another file (a `ConfigMap`), that file's.
    pub path: Arc<str>,
    /// The name that it is loaded by: the file's own, or the key in a manifest.
    pub name: Arc<str>,
    /// Whether it is mounted where it runs: it is inside another file, or a kustomization makes a `ConfigMap` of it.
    pub embedded: bool,
    /// What its name says it is for.
    pub role: Role,
    /// What it says, with what it includes.
    pub root: Item,
}

/// The app-config files of a repository, by path; those that cannot be read are left out.
pub(crate) fn files(all: &Files) -> impl Iterator<Item = &Arc<str>> {
    all.iter().filter(|file| Role::of(file.name()).is_some() || is_part(file)).map(|file| &file.path)
}

/// Sections by which a part of a configuration is known.
const SECTIONS: &[&str] = &[
    "app",
    "auth",
    "backend",
    "catalog",
    "integrations",
    "kubernetes",
    "permission",
    "proxy",
    "scaffolder",
    "techdocs",
];

/// Whether it is one of several files that a folder `app-config` holds in the place of one.
fn is_part(file: &crate::File) -> bool {
    let is_yaml = [".yaml", ".yml"].iter().any(|end| file.name().ends_with(end));
    let folder = file.folder().rsplit('/').next().unwrap_or_default();
    is_yaml
        && matches!(folder, "app-config" | "app-configs" | "app-config.d")
        && file.tree().is_some_and(|root| SECTIONS.iter().any(|section| root.get(section).is_some()))
}

/// What a kustomization mounts, as it is mounted.
pub(crate) fn mounted(config: AppConfig, generated: &Generated) -> AppConfig {
    let Some(mounted) = generated.get(&config.path) else { return config };
    let role = match config.role {
        Role::Development if !mounted.is_deployed => Role::Development,
        _ if mounted.is_deployed => Role::Production,
        role => role,
    };
    AppConfig { name: Arc::clone(&mounted.name), embedded: true, role, ..config }
}

/// A file of the application in a folder.
pub(crate) fn read(path: &str, folder: &str, all: &Files) -> Option<AppConfig> {
    let file = all.get(path)?;
    let below = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    let role = Role::at(below).or_else(|| Role::by_words(file.name())).unwrap_or(Role::Other);
    let root = include::resolve(file.tree()?, &file.path, all);
    Some(AppConfig { path: file.path.clone(), name: Arc::from(file.name()), embedded: false, role, root })
}

/// Configurations inside manifests and the values of charts.
pub(crate) fn inside_manifests(all: &Files) -> Vec<AppConfig> {
    embedded::find(all)
}
