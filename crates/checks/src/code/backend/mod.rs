//! What the backends of a repository are made of.
//!
//! - [`Code::backends`]: for each backend which system it uses and which features it adds;
//! - [`Code::definitions`]: the plugins, modules and services that the repository defines itself, with what they
//!   ask of the services and extension points they depend on;
//! - [`Code::routers`]: the express routers with their routes and middleware, in order;
//! - [`Code::policies`] and [`Code::actions`]: permission policies and actions of the scaffolder.
//!
//! ```
//! use checks::Repository;
//! use checks::code::backend::{Feature, Generation};
//! use checks::repo::Files;
//!
//! let repository = Repository::of(Files::of_texts([
//!     ("packages/backend/package.json", r#"{"name": "backend", "backstage": {"role": "backend"}}"#),
//!     (
//!         "packages/backend/src/index.ts",
//!         "import { createBackend } from '@backstage/backend-defaults';
//!          const backend = createBackend();
//!          backend.add(import('@backstage/plugin-catalog-backend'));
//!          backend.start();",
//!     ),
//! ]));
//! let backends = repository.code().backends();
//! assert_eq!(backends[0].generation, Generation::New);
//! assert!(backends[0].adds("@backstage/plugin-catalog-backend").is_some());
//! ```

mod action;
mod definition;
mod feature;
mod policy;
mod router;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use definition::{Definition, DefinitionKind, Dep, ServiceCall};
pub use feature::{Added, Feature};
pub use policy::{Policy, Set};
pub use router::{Entry, Method, Router};

use crate::Place;
use crate::code::resolve::package_of;
use crate::code::{At, CallAt, Code, Constant, Def, Module};

/// A backend: a package that starts one.
#[derive(Debug)]
pub struct Backend<'a> {
    /// The folder of its package.
    pub folder: String,
    /// Which system it uses.
    pub generation: Generation,
    /// What says so.
    pub evidence: Vec<Place>,
    /// What it adds, in order. Only the new system has this.
    pub added: Vec<Added<'a>>,
    /// What it answers with, in order. Only the old system has this: `.addRouter('/api', apiRouter)`.
    pub mounted: Vec<Mounted<'a>>,
    /// Where it is started.
    pub start: Option<Place>,
    /// The modules that say which system it is.
    pub modules: Vec<&'a Module>,
}

/// What a backend of the old system answers with below a path.
#[derive(Clone, Debug)]
pub struct Mounted<'a> {
    /// The path.
    pub path: Constant,
    /// The router or handler; [`Code::router_of`] tells more.
    pub router: At<'a>,
    /// The call.
    pub call: CallAt<'a>,
}

/// Which system a backend uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// `createBackend()`
    New,
    /// `createServiceBuilder(module)`
    Old,
    /// Both.
    Mixed,
    /// Nothing here says.
    Unknown,
}

impl<'a> Backend<'a> {
    /// Where a package is added, in any of its parts (`/alpha`).
    pub fn adds(&self, package: &str) -> Option<&Added<'a>> {
        self.added.iter().find(|added| added.source().is_some_and(|source| package_of(source) == package))
    }

    /// All places where a package is added.
    pub fn adding<'b>(&'b self, package: &'b str) -> impl Iterator<Item = &'b Added<'a>> {
        self.added
            .iter()
            .filter(move |added| added.source().is_some_and(|source| package_of(source) == package))
    }

    /// Whether something is added that cannot be told, so that what is not found may still be there.
    pub fn is_open(&self) -> bool {
        self.added.iter().any(|added| matches!(added.feature, Feature::Unknown))
    }
}

impl Code {
    /// The backends, by folder.
    pub fn backends(&self) -> Vec<Backend<'_>> {
        let mut found: Vec<Backend<'_>> = Vec::new();
        let new = self.calls("createBackend").into_iter().chain(self.calls("createSpecializedBackend"));
        let new: Vec<_> = new.filter(|call| is_of_backstage(call)).collect();
        let old: Vec<_> = self.calls("createServiceBuilder").into_iter().filter(is_of_backstage).collect();
        for (calls, generation) in [(new, Generation::New), (old, Generation::Old)] {
            for call in calls {
                self.note(&mut found, call, generation);
            }
        }
        for backend in found.iter_mut().filter(|backend| backend.generation != Generation::Old) {
            let folder = backend.folder.clone();
            for module in self.under(&folder) {
                let is_known = backend.modules.iter().any(|other| other.path == module.path);
                // What is added by a function that is handed the backend.
                if !is_known && module.calls("add") {
                    let (added, start) = feature::added(self, module);
                    backend.added.extend(added);
                    backend.start = backend.start.take().or(start);
                }
            }
        }
        for folder in &self.backend_folders {
            if !found.iter().any(|backend| backend.folder == *folder) {
                found.push(Backend::nothing(folder.clone()));
            }
        }
        found.sort_by(|a, b| a.folder.cmp(&b.folder));
        found
    }

    fn note<'a>(&'a self, found: &mut Vec<Backend<'a>>, call: CallAt<'a>, generation: Generation) {
        let module = call.at.module;
        let folder = self.package_folder(module);
        let at = found.iter().position(|backend| backend.folder == folder).unwrap_or_else(|| {
            found.push(Backend::nothing(folder));
            found.len() - 1
        });
        let backend = &mut found[at];
        backend.generation = match backend.generation {
            Generation::Unknown => generation,
            same if same == generation => same,
            _ => Generation::Mixed,
        };
        backend.evidence.push(call.place());
        if !backend.modules.iter().any(|other| other.path == module.path) {
            backend.modules.push(module);
            if generation == Generation::New {
                let (added, start) = feature::added(self, module);
                backend.added.extend(added);
                backend.start = backend.start.take().or(start);
            } else {
                let mounts =
                    self.calls_in(module).into_iter().filter(|call| call.name() == Some("addRouter"));
                backend.mounted.extend(mounts.filter_map(|call| {
                    Some(Mounted { path: call.arg(0)?.constant(), router: call.arg(1)?, call })
                }));
                let start = self.calls_in(module).into_iter().find(|call| call.name() == Some("start"));
                backend.start = backend.start.take().or(start.map(CallAt::place));
            }
        }
    }
}

impl Backend<'_> {
    fn nothing(folder: String) -> Self {
        Self {
            folder,
            generation: Generation::Unknown,
            evidence: Vec::new(),
            added: Vec::new(),
            mounted: Vec::new(),
            start: None,
            modules: Vec::new(),
        }
    }
}

/// Whether something is called that a package of Backstage gives, or that cannot be told.
fn is_of_backstage(call: &CallAt<'_>) -> bool {
    match call.callee() {
        Def::External { source, .. } => source.starts_with("@backstage/"),
        _ => false,
    }
}
