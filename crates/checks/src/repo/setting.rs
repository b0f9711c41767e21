//! One place of a configuration, and whether production gets to see it.

use crate::finding::Step;
use crate::repo::app_config::Role;
use crate::repo::production::Production;
use crate::repo::project::Project;
use crate::{Item, Severity};

/// A value at a place.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// The value.
    pub item: &'a Item,
    /// Its dot path.
    pub path: String,
    /// Whose it is.
    pub project: &'a Project,
    /// Whether production gets to see it.
    pub reach: Reach<'a>,
}

/// Whether production gets to see a value.
#[derive(Clone, Copy, Debug)]
pub enum Reach<'a> {
    /// It does.
    Production(&'a Production),
    /// Production loads the file, but a later one replaces the value.
    Overridden(&'a Production),
    /// No way of starting production that is known loads the file.
    NotLoaded(Role),
}

impl Setting<'_> {
    /// Whether production gets to see it.
    pub fn is_effective(&self) -> bool {
        matches!(self.reach, Reach::Production(_))
    }

    /// Whether only machines of developers see it: what matters to a portal that others reach does not matter there.
    pub fn is_for_development(&self) -> bool {
        matches!(self.reach, Reach::NotLoaded(Role::Development))
    }

    /// How bad it is, if it is this bad in production: one step less in a file that production does not load, two
    /// where a later file mends it.
    pub fn severity(&self, in_production: Severity) -> Severity {
        match self.reach {
            Reach::Production(_) => in_production,
            Reach::NotLoaded(_) => in_production.less(1),
            Reach::Overridden(_) => in_production.less(2),
        }
    }

    /// What makes it reach production, or not.
    pub fn evidence(&self) -> Vec<Step> {
        match self.reach {
            Reach::Production(production) => vec![production.how.clone()],
            Reach::Overridden(production) => {
                let by = production.root.at(&self.path).map(|item| item.place.clone());
                vec![production.how.clone(), Step { place: by, text: "a later file replaces it".to_owned() }]
            }
            Reach::NotLoaded(_) => {
                vec![Step { place: None, text: format!("production does not load {}", self.item.place.path) }]
            }
        }
    }
}

pub(crate) fn find<'a>(project: &'a Project, pattern: &str) -> Vec<Setting<'a>> {
    let mut found = Vec::new();
    if project.configs.is_empty() {
        for production in &project.productions {
            found.extend(production.root.find(pattern).into_iter().map(|(path, item)| Setting {
                item,
                path,
                project,
                reach: Reach::Production(production),
            }));
        }
    }
    for config in &project.configs {
        for (path, item) in config.root.find(pattern) {
            let mut reach = Reach::NotLoaded(config.role);
            for production in &project.productions {
                if !production.launch.configs.contains(&config.path) {
                    continue;
                }
                if production.has(&item.place) {
                    reach = Reach::Production(production);
                    break;
                }
                reach = Reach::Overridden(production);
            }
            found.push(Setting { item, path, project, reach });
        }
    }
    found
}
