//! What a repository means.

mod app_config;
mod files;
mod launch;
mod production;
mod project;
mod setting;

pub(crate) use app_config::embedded::helm_texts;
pub(crate) use app_config::is_for_development;
pub use app_config::{AppConfig, Role};
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use files::tracked;
#[cfg(test)]
pub(crate) use files::written;
pub use files::{Files, Unread};
pub use launch::{Launch, Missing};
pub use production::{NodeEnv, Production};
pub use project::Project;
pub use setting::{Reach, Setting};

use std::path::Path;
use std::sync::OnceLock;

use time::Date;
use time::macros::date;

use crate::advisories::Advisories;
use crate::cloudformation;
use crate::code::Code;
use crate::image::Dockerfile;
use crate::kube::{self, Manifests};
use crate::leaks::{self, Leak};
use crate::live::Live;
use crate::packages::{Packages, release_of};
use crate::terraform::{Module, Terraform};

/// The day of a check. Without another, the one that the facts of the rules are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today(pub Date);

impl Default for Today {
    fn default() -> Self {
        Self(date!(2026 - 11 - 24))
    }
}

/// Everything that rules ask about.
#[derive(Debug, Default)]
pub struct Repository {
    /// The files that were read.
    pub files: Files,
    /// The Backstage applications. For the gate of a server: one, with nothing but its effective configuration.
    pub projects: Vec<Project>,
    /// The Dockerfiles, by path.
    pub images: Vec<Dockerfile>,
    /// The Kubernetes objects: of manifests, kustomizations, charts and Terraform.
    pub manifests: Manifests,
    /// The Terraform modules.
    pub terraform: Terraform,
    /// The templates of `CloudFormation`, in the words of Terraform.
    pub cloudformation: Vec<Module>,
    /// The npm packages, and their lock files.
    pub packages: Packages,
    /// What is out of date, and what has expired, is so on this day.
    pub today: Today,
    /// What a running instance answered, if one was asked.
    pub live: Option<Live>,
    advisories: Option<Advisories>,
    leaks: OnceLock<Vec<Leak>>,
    code: OnceLock<Code>,
}

impl Repository {
    /// Reads a folder.
    pub fn read(root: &Path) -> Self {
        Self::of(Files::read(root))
    }

    /// Understands files that were read.
    pub fn of(files: Files) -> Self {
        files.parse();
        let folders = project::folders(&files);
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        let images = crate::image::find(&files, &folders);
        let mut projects = project::find(&files, &folders, &images);
        let packages = Packages::find(&files);
        for project in &mut projects {
            project.release = release_of(&files, &packages, &project.folder);
        }
        let mut terraform = Terraform::find(&files);
        let manifests = kube::find(&files, &terraform, &folders);
        let cloudformation = cloudformation::find(&files, &mut terraform.unread);
        Self { files, projects, images, manifests, terraform, cloudformation, packages, ..Self::default() }
    }

    /// The same on another day.
    #[must_use]
    pub fn on(self, today: Date) -> Self {
        Self { today: Today(today), ..self }
    }

    /// The same with what a running instance answered.
    #[must_use]
    pub fn with_live(self, live: Live) -> Self {
        Self { live: Some(live), ..self }
    }

    /// The same with advisories besides those that are compiled in.
    #[must_use]
    pub fn with_advisories(self, advisories: &Advisories) -> Self {
        Self { advisories: Some(Advisories::built_in().and(advisories)), ..self }
    }

    /// The advisories that are known.
    pub fn advisories(&self) -> &Advisories {
        self.advisories.as_ref().unwrap_or_else(|| Advisories::built_in())
    }

    /// Reads what is only read when it is asked for.
    pub(crate) fn make_ready(&self) {
        self.code();
        self.leaks();
    }

    /// Secrets in its files, by path and line; looked for when first asked.
    pub fn leaks(&self) -> &[Leak] {
        self.leaks.get_or_init(|| leaks::find(&self.files, self.today.0))
    }

    /// Its TypeScript and JavaScript; read when first asked for.
    pub fn code(&self) -> &Code {
        self.code.get_or_init(|| Code::read(&self.files, &self.packages))
    }

    /// The configuration that a server is about to start with, and nothing else.
    pub fn of_config(config: &config::Config) -> Self {
        let production = Production::of_config(config);
        Self { projects: vec![Project::of_production(production)], ..Self::default() }
    }
}
