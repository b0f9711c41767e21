//! The effective configuration.

use std::path::{Path, PathBuf};

use crate::load::{self, Loaded, Request};
use crate::mask::strike;
use crate::value::Value;
use crate::{ConfigErrors, Environment, Mode, Problem, Severity, ValueRef};

/// All sources merged, every value knowing where it came from.
#[derive(Clone)]
pub struct Config {
    pub(crate) root: Value,
    pub(crate) base: PathBuf,
    pub(crate) log_level: Option<String>,
    files: Vec<PathBuf>,
    warnings: Vec<Problem>,
}

/// Values may be secrets, so only the sources are shown.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Config {
    /// Reads and merges all sources. Every problem is collected; one error is enough to refuse.
    pub fn load(request: &Request) -> Result<Self, ConfigErrors> {
        Self::finish(load::load(request), request)
    }

    /// One YAML text in place of files, shown as `source`; environment and includes count as in
    /// [`Config::load`], relative to the working directory.
    pub fn from_text(
        source: &str,
        yaml: &str,
        environment: &Environment,
        mode: Mode,
    ) -> Result<Self, ConfigErrors> {
        let request =
            Request { files: Vec::new(), root: PathBuf::new(), environment: environment.clone(), mode };
        Self::finish(load::load_text(&request, source, yaml.as_bytes()), &request)
    }

    fn finish(mut loaded: Loaded, request: &Request) -> Result<Self, ConfigErrors> {
        strike(&mut loaded.problems, &loaded.root);
        if loaded.problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(ConfigErrors(loaded.problems));
        }
        Ok(Self {
            root: loaded.root,
            base: request.root.clone(),
            log_level: request.environment.value("LOG_LEVEL").map(str::to_owned),
            files: loaded.files,
            warnings: loaded.problems,
        })
    }

    /// What was noticed while loading, for example variables that are not set.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Every file that was read, includes among them; watch these.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The working directory of the load.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The whole tree.
    pub fn root(&self) -> ValueRef<'_> {
        ValueRef::root(&self.root)
    }

    /// The value at a dot path, present or not.
    pub fn at(&self, path: &str) -> ValueRef<'_> {
        self.root().at(path)
    }
}
