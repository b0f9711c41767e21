//! The TypeScript and JavaScript of a repository: what is imported from where, what names stand for.
//!
//! Everything is asked of an [`At`]: an expression and where it stands.
//!
//! ```
//! use checks::Repository;
//! use checks::repo::Files;
//!
//! let repository = Repository::of(Files::of_texts([
//!     ("packages/backend/package.json", r#"{"name": "backend", "backstage": {"role": "backend"}}"#),
//!     ("packages/backend/src/hosts.ts", "export const HOST = 'example.com';"),
//!     (
//!         "packages/backend/src/index.ts",
//!         "import fetch from 'node-fetch';\nimport { HOST } from './hosts';\nfetch(`https://${HOST}/x`);",
//!     ),
//! ]));
//! let code = repository.code();
//! // All calls of a name, wherever they are; the package that it is from is asked of the call.
//! let call = code.calls("fetch").into_iter().find(|call| call.is("node-fetch", "default")).unwrap();
//! assert_eq!(call.arg(0).unwrap().text().as_deref(), Some("https://example.com/x"));
//! assert_eq!(call.place().line, 3);
//! ```

pub mod ast;
mod at;
pub mod backend;
mod binding;
mod constant;
mod dead;
mod facts;
pub mod flow;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod guards;
mod lower;
mod methods;
mod module;
mod paths;
mod resolve;
mod select;
#[cfg(test)]
mod tests;
mod walk;

pub use at::{At, CallAt, FunctionAt};
pub use binding::Imported;
pub use constant::Constant;
pub(crate) use facts::Facts;
pub use guards::Guard;
pub use module::{Export, Exported, Import, Module};
pub use resolve::{ClassAt, Def, package_of};
pub use walk::Walk;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::packages::Packages;
use crate::repo::{Files, Unread};
use ast::ExprKind;
use paths::{Meant, Paths};

/// For a name, the paths of the modules that call it.
type Callers = HashMap<Arc<str>, Vec<Arc<str>>>;

/// The code of a repository.
#[derive(Debug, Default)]
pub struct Code {
    modules: BTreeMap<Arc<str>, Module>,
    unread: Vec<Unread>,
    paths: Paths,
    /// The folders of packages that say they are a backend.
    backend_folders: Vec<String>,
    /// The folders of packages that say they are plugins of one, or modules of those.
    plugin_folders: Vec<String>,
    callers: OnceLock<Callers>,
    methods: OnceLock<methods::Methods>,
    /// The plugins of backends that are only for this repository: name and folder.
    private_plugins: Vec<(String, String)>,
}

impl Code {
    /// Reads what is of a portal, or of the infrastructure it runs on.
    pub(crate) fn read(files: &Files, packages: &Packages) -> Self {
        let (mut wanted, left) = select::wanted(files, packages);
        let backends = packages.iter().filter(|package| {
            package.role() == Some("backend") || package.folder.ends_with("packages/backend")
        });
        let mut code = Self {
            paths: Paths::of(files, packages),
            backend_folders: backends.map(|package| package.folder.clone()).collect(),
            plugin_folders: packages
                .iter()
                .filter(|package| package.role().is_some_and(|role| role.starts_with("backend-plugin")))
                .map(|package| package.folder.clone())
                .collect(),
            private_plugins: packages.iter().filter_map(private_plugin).collect(),
            ..Self::default()
        };
        let unread = |path: &str, reason: String| Unread { path: path.to_owned(), reason };
        code.unread
            .extend(left.iter().map(|file| unread(&file.path, "too much code to be read whole".to_owned())));
        let closed = select::closed(files, packages);
        code.unread
            .extend(closed.map(|file| unread(&file.path, "it is no text that can be read".to_owned())));
        // Reading recurses as deep as the code nests; these threads have the stack for that.
        let mut stack = 0;
        wanted.retain(|file| match lower::stack(file.text().unwrap_or_default()) {
            Ok(needed) => {
                stack = stack.max(needed);
                true
            }
            Err(reason) => {
                code.unread.push(unread(&file.path, reason));
                false
            }
        });
        if wanted.is_empty() {
            return code;
        }
        let threads = rayon::current_num_threads().min(8);
        let threads = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(stack).build();
        let threads = match threads {
            Ok(threads) => threads,
            Err(error) => {
                code.unread.extend(wanted.iter().map(|file| unread(&file.path, error.to_string())));
                return code;
            }
        };
        let read = |file: &&crate::File| {
            let crate::Content::Text(text) = &file.content else { return None };
            Some((Arc::clone(&file.path), lower::read(&file.path, text)))
        };
        let all: Vec<_> = threads.install(|| wanted.par_iter().filter_map(read).collect());
        for (path, module) in all {
            match module {
                Ok(module) => {
                    code.unread.extend(module.problem.clone().map(|reason| unread(&path, reason)));
                    code.modules.insert(path, module);
                }
                Err(reason) => code.unread.push(unread(&path, reason)),
            }
        }
        code
    }

    /// All modules, by path.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    /// The module of a path.
    pub fn module(&self, path: &str) -> Option<&Module> {
        self.modules.get(path)
    }

    /// The modules in a folder and below.
    pub fn under<'a, 'b>(&'a self, folder: &'b str) -> impl Iterator<Item = &'a Module> + use<'a, 'b> {
        self.modules().filter(move |module| {
            folder.is_empty() || module.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The code that could not be read, or not whole, and why.
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// The calls, and the `new`s, of a name: `name(..)`, `x.name(..)`. In the order of files and places.
    pub fn calls(&self, name: &str) -> Vec<CallAt<'_>> {
        let mut found = Vec::new();
        for path in self.callers().get(name).into_iter().flatten() {
            let Some(module) = self.module(path) else { continue };
            let of_module = found.len();
            module.walk(&mut |expr| {
                if let ExprKind::Call(call) | ExprKind::New(call) = &expr.kind {
                    let call = CallAt { at: At { code: self, module, expr }, call };
                    if call.name() == Some(name) {
                        found.push(call);
                    }
                }
            });
            if let Some(own) = found.get_mut(of_module..) {
                own.sort_by_key(|call| (call.name_span(), call.at.span()));
            }
        }
        found
    }

    /// The paths of the modules that call a name, in their order. Hundreds of rules ask for one.
    fn callers(&self) -> &Callers {
        self.callers.get_or_init(|| {
            let mut callers = Callers::new();
            for module in self.modules() {
                for name in &module.called {
                    callers.entry(Arc::clone(name)).or_default().push(Arc::clone(&module.path));
                }
            }
            callers
        })
    }

    /// All calls of a module, in the order of places.
    pub fn calls_in<'a>(&'a self, module: &'a Module) -> Vec<CallAt<'a>> {
        let mut found = Vec::new();
        module.walk(&mut |expr| {
            if let ExprKind::Call(call) | ExprKind::New(call) = &expr.kind {
                found.push(CallAt { at: At { code: self, module, expr }, call });
            }
        });
        found.sort_by_key(|call| (call.name_span(), call.at.span()));
        found
    }

    /// What a module exports under a name.
    pub fn export<'a>(&'a self, module: &'a Module, name: &str) -> Def<'a> {
        resolve::export(self, module, name)
    }

    /// The modules in whose text a word stands.
    pub fn mentioning<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a Module> {
        let finder = memchr::memmem::Finder::new(word.as_bytes()).into_owned();
        self.modules().filter(move |module| finder.find(module.text().as_bytes()).is_some())
    }

    /// The folder of the package that a module is of.
    pub fn package_folder(&self, module: &Module) -> String {
        self.paths.package_folder(module.folder()).to_owned()
    }

    /// Paths of the modules of backends, and of their plugins, that nothing imports: they do not run.
    pub fn dead(&self) -> std::collections::BTreeSet<&str> {
        dead::find(self)
    }

    /// The methods of backends by their name.
    fn methods(&self) -> &methods::Methods {
        self.methods.get_or_init(|| methods::find(self))
    }

    /// What an import means.
    fn target(&self, from: &Module, source: &str) -> Meant<'_> {
        self.paths.find(&self.modules, from, source)
    }
}

/// The name and the folder of a plugin, or a module of one, that nobody can install from elsewhere.
fn private_plugin(package: &crate::packages::Package) -> Option<(String, String)> {
    let is_plugin = matches!(package.role(), Some("backend-plugin" | "backend-plugin-module"));
    let is_private = package.item.get("private").is_some_and(crate::Item::is_true);
    (is_plugin && is_private).then(|| Some((package.name()?.to_owned(), package.folder.clone())))?
}
