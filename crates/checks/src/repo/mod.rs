//! What a repository means.

mod app_config;
mod files;
mod production;
mod project;
mod setting;

pub use app_config::{AppConfig, Role};
pub use files::{Files, Unread};
pub use production::{Launch, Production};
pub use project::Project;
pub use setting::{Reach, Setting};

use std::path::Path;

use crate::image::Dockerfile;

/// Everything that rules ask about.
#[derive(Debug, Default)]
pub struct Repository {
    /// The files that were read.
    pub files: Files,
    /// The Backstage applications. For the gate of a server: one, with nothing but its effective configuration.
    pub projects: Vec<Project>,
    /// The Dockerfiles, by path.
    pub images: Vec<Dockerfile>,
}

impl Repository {
    /// Reads a folder.
    pub fn read(root: &Path) -> Self {
        Self::of(Files::read(root))
    }

    /// Understands files that were read.
    pub fn of(files: Files) -> Self {
        let projects = project::find(&files);
        let folders: Vec<&str> = projects.iter().map(|project| project.folder.as_str()).collect();
        let images = crate::image::find(&files, &folders);
        Self { files, projects, images }
    }

    /// The configuration that a server is about to start with, and nothing else.
    pub fn of_config(config: &config::Config) -> Self {
        let production = Production::of_config(config);
        Self { projects: vec![Project::of_production(production)], ..Self::default() }
    }
}
