//! The package that is the backend of an application.

use crate::packages::{Package, Packages};
use crate::repo::Project;

/// What only a backend depends on: one of these.
const CORE: &[&str] = &["@backstage/backend-defaults", "@backstage/backend-common"];

/// The backends in a project. Plugins have the role of one, and are none.
pub(super) fn of<'a>(packages: &'a Packages, project: &'a Project) -> Vec<&'a Package> {
    let is_backend = |package: &&Package| match package.role() {
        Some(role) => role == "backend",
        None => {
            package.folder.rsplit('/').next() == Some("backend")
                && CORE.iter().any(|name| package.dependency(name).is_some())
        }
    };
    packages.under(&project.folder).filter(is_backend).collect()
}

/// The packages in a project, backends first.
pub(super) fn first<'a>(packages: &'a Packages, project: &'a Project) -> Vec<&'a Package> {
    let mut all = of(packages, project);
    for package in packages.under(&project.folder) {
        if !all.iter().any(|known| known.path == package.path) {
            all.push(package);
        }
    }
    all
}
