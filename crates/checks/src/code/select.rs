//! Which files are code that rules ask about.

use crate::File;
use crate::packages::{Package, Packages};
use crate::repo::Files;

/// Files that are read.
const MAX_FILES: usize = 6_000;
/// Bytes of them. A tree takes some eight times as much memory as its text.
const MAX_BYTES: usize = 20 << 20;

/// The files that are read, and those that are too many. What runs in the browser is the first to be left out.
pub(super) fn wanted<'a>(files: &'a Files, packages: &Packages) -> (Vec<&'a File>, Vec<&'a File>) {
    let mut all: Vec<_> = files.iter().filter(|file| is_wanted(file, packages)).collect();
    let in_browser = |file: &&File| {
        let package = nearest(packages, file.folder());
        package.and_then(Package::role).is_some_and(|role| role.starts_with("frontend"))
    };
    all.sort_by_cached_key(in_browser);
    let mut bytes = 0;
    let kept = all.iter().take(MAX_FILES).take_while(|file| {
        bytes += file.text().map_or(0, str::len);
        bytes <= MAX_BYTES
    });
    let kept = kept.count();
    let left = all.split_off(kept);
    (all, left)
}

/// The files of a portal's code of which there is no text.
pub(super) fn closed<'a>(files: &'a Files, packages: &'a Packages) -> impl Iterator<Item = &'a File> {
    use crate::Content::{Binary, TooLarge, Unreadable};
    files.iter().filter(|file| {
        matches!(file.content, Binary | TooLarge | Unreadable(_))
            && is_code(file.name())
            && !is_aside(&file.path)
            && nearest(packages, file.folder()).is_some_and(is_portal)
    })
}

/// Whether a file is code of a portal, or of what it runs on.
fn is_wanted(file: &File, packages: &Packages) -> bool {
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
    // `dev/` of a plugin starts it alone, on the machine of who works on it.
    let is_dev = folders.split('/').take_while(|folder| *folder != "src").last() == Some("dev");
    is_test || is_setup || is_dev || folders.split('/').any(aside)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_left_and_the_browser_first() {
        let backend = r#"{"name": "backend", "backstage": {"role": "backend"}}"#;
        let app = r#"{"name": "app", "backstage": {"role": "frontend"}}"#;
        let text = "x;".repeat(MAX_BYTES / 4 + 1);
        let files = Files::of_texts([
            ("packages/app/package.json", app),
            ("packages/app/src/index.tsx", &text),
            ("packages/backend/package.json", backend),
            ("packages/backend/src/index.ts", &text),
        ]);
        let packages = Packages::find(&files);
        let (kept, left) = wanted(&files, &packages);
        let path = |files: Vec<&File>| files.iter().map(|file| file.path.to_string()).collect::<Vec<_>>();
        assert_eq!(path(kept), ["packages/backend/src/index.ts"]);
        assert_eq!(path(left), ["packages/app/src/index.tsx"]);
    }

    #[test]
    fn what_is_not_of_the_portal_is_left_out() {
        for path in [
            "a/src/x.test.ts",
            "plugins/a/dev/index.ts",
            "a/dist/x.js",
            "node_modules/x.js",
            "a/src/__mocks__/x.ts",
        ] {
            assert!(is_aside(path), "{path}");
        }
        for path in ["packages/backend/src/index.ts", "packages/backend/src/dev/x.ts", "a/src/latest.ts"] {
            assert!(!is_aside(path), "{path}");
        }
        assert!(is_code("a.tsx") && !is_code("a.d.ts") && !is_code("a.min.js") && !is_code("a.json"));
    }
}
