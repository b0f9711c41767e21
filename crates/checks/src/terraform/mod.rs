//! Terraform: the blocks of a folder as one module, with variables' defaults and locals in their places.

mod beside;
mod expression;
mod kubernetes;
mod module;
mod origin;
mod release;
#[cfg(test)]
mod tests;

pub use module::{Block, Module};
pub use origin::Values;

pub(crate) use kubernetes::objects;
pub(crate) use module::names_a_portal;
pub(crate) use release::documents;

use std::collections::BTreeMap;

use crate::repo::{Files, Unread};

/// The longest file, and how many modules are read.
const BYTES: usize = 512 << 10;
const MODULES: usize = 500;

/// The modules of a repository.
#[derive(Debug, Default)]
pub struct Terraform {
    /// By folder.
    pub modules: Vec<Module>,
    /// The files of values for variables.
    pub values: Vec<Values>,
    /// The files that could not be read, or not whole, and why.
    pub unread: Vec<Unread>,
    origins: origin::Origins,
}

impl Terraform {
    /// Reads all of them. What a portal's templates make of a repository is not part of it.
    pub(crate) fn find(files: &Files) -> Self {
        let mut folders: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for file in files.iter().filter(|file| is_terraform(file) && !is_aside(file.folder())) {
            folders.entry(file.folder()).or_default().push(file);
        }
        let mut unread = Vec::new();
        let mut modules = Vec::new();
        for (at, (folder, files)) in folders.into_iter().enumerate() {
            if at < MODULES {
                modules.push(Module::read(folder, &files, &mut unread));
            } else {
                let reason = "the repository has more modules of Terraform than are read of one";
                unread.extend(files.iter().map(|file| Unread::new(&file.path, reason)));
            }
        }
        module::adopt(&mut modules);
        beside::mark(&mut modules);
        let values = origin::values(files, &modules, &mut unread);
        let origins = origin::Origins::of(&modules);
        Self { modules, values, unread, origins }
    }

    /// The modules that the portal runs on: they name it, or are used by one that does.
    pub fn of_portal(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.is_portal)
    }

    /// Those, and those beside them: the platform that the portal stands on.
    pub fn near_portal(&self) -> impl Iterator<Item = &Module> {
        self.modules.iter().filter(|module| module.is_portal || module.is_beside)
    }

    /// Whether a file is of a module beside the portal's own.
    pub(crate) fn is_beside(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let at = self.modules.binary_search_by(|module| (*module.folder).cmp(folder));
        let is_own = path.rsplit_once('.').is_some_and(|(_, kind)| kind == "tf" || kind == "hcl");
        is_own && at.is_ok_and(|at| self.modules.get(at).is_some_and(|module| module.is_beside))
    }
}

/// Whether a file is code of Terraform's, or says how Terragrunt calls some.
fn is_terraform(file: &crate::File) -> bool {
    file.path.ends_with(".tf") || file.name() == "terragrunt.hcl"
}

/// Whether a folder is of what a portal's templates make, or of examples.
pub(crate) fn is_aside(folder: &str) -> bool {
    let aside = |part: &str| {
        matches!(part, "skeleton" | "skeletons" | "content" | "__fixtures__" | "examples" | ".terraform")
    };
    folder.split('/').any(aside)
}
