//! A Backstage application in a repository.

use std::collections::BTreeSet;

use crate::repo::app_config::{AppConfig, Role};
use crate::repo::files::Files;
use crate::repo::production::{self, Production};
use crate::repo::setting::{self, Setting};

/// One application.
#[derive(Debug)]
pub struct Project {
    /// Its folder; empty for the repository's root.
    pub folder: String,
    /// Its app-config files, by path.
    pub configs: Vec<AppConfig>,
    /// What production runs with, one for each way of starting it.
    pub productions: Vec<Production>,
}

impl Project {
    /// A server's own.
    pub(crate) fn of_production(production: Production) -> Self {
        Self { folder: String::new(), configs: Vec::new(), productions: vec![production] }
    }

    /// Every place of its configurations that a pattern leads to.
    pub fn settings<'a>(&'a self, pattern: &str) -> Vec<Setting<'a>> {
        setting::find(self, pattern)
    }
}

/// The applications of a repository: folders with a backstage.json or an app-config.
pub(crate) fn find(files: &Files) -> Vec<Project> {
    let folders: BTreeSet<String> = files
        .iter()
        .filter(|file| file.name() == "backstage.json" || Role::of(file.name()) == Some(Role::Base))
        .map(|file| file.folder().to_owned())
        .collect();
    folders
        .into_iter()
        .map(|folder| {
            let configs: Vec<AppConfig> = files
                .under(&folder)
                .filter(|file| file.folder() == folder)
                .filter_map(|file| {
                    let role = Role::of(file.name())?;
                    Some(AppConfig { path: file.path.clone(), role, root: file.tree()?.clone() })
                })
                .collect();
            let productions = production::of(&folder, &configs, files);
            Project { folder, configs, productions }
        })
        .collect()
}
