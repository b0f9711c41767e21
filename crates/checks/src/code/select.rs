//! Which files are code that rules ask about.

use crate::File;
use crate::packages::{Package, Packages};

/// Files that are read; a repository with more has the rest listed as unread.
pub(super) const MAX_FILES: usize = 6_000;

/// Whether a file is code of a portal, or of what it runs on.
pub(super) fn is_wanted(file: &File, packages: &Packages) -> bool {
    if !is_code(file.name()) || is_aside(&file.path) {
        return false;
    }
    let Some(text) = file.text() else { return false };
    let names = |needle: &str| memchr::memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    match nearest(packages, file.folder()) {
        Some(package) if is_portal(package) => true,
        // Code of the infrastructure may stand anywhere.
        _ => ["aws-cdk-lib", "@aws-cdk/", "@pulumi/", "cdktf", "@backstage/", "cdk8s"].into_iter().any(names),
    }
}

fn is_code(name: &str) -> bool {
    const ENDS: [&str; 8] = [".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs"];
    let is_type = [".d.ts", ".d.mts", ".d.cts", ".min.js"].iter().any(|end| name.ends_with(end));
    !is_type && ENDS.iter().any(|end| name.ends_with(end))
}

/// Tests, stories, what is generated or built, and what is only run by developers.
fn is_aside(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_test = [".test.", ".spec.", ".stories.", ".e2e."].iter().any(|part| name.contains(part));
    let is_setup = name.starts_with("setupTests.") || name.starts_with("jest.config.");
    let aside = |folder: &str| {
        matches!(
            folder,
            "node_modules"
                | "dist"
                | "dist-types"
                | "build"
                | "coverage"
                | "cdk.out"
                | "__tests__"
                | "__mocks__"
                | "__fixtures__"
                | "fixtures"
                | "e2e-tests"
                | "e2e"
                | "cypress"
                | ".yarn"
                | "migrations"
                | "skeleton"
        )
    };
    is_test || is_setup || folders.split('/').any(aside)
}

/// The package that a folder is of.
fn nearest<'a>(packages: &'a Packages, mut folder: &str) -> Option<&'a Package> {
    loop {
        let path =
            if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") };
        if let Some(package) = packages.at(&path) {
            return Some(package);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

/// Whether a package is of a Backstage application: it has a role, or depends on Backstage.
fn is_portal(package: &Package) -> bool {
    package.role().is_some()
        || package.folder.ends_with("packages/backend")
        || package.folder.ends_with("packages/app")
        || package.runtime().any(|dependency| dependency.name.starts_with("@backstage/"))
}
