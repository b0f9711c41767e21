//! What names of files and folders tell.

use std::path::Path;

use crate::packages::LockKind;

/// Extensions of files that no rule reads.
const UNOPENED: &[&str] = &[
    // Pictures, fonts, sound, films.
    "png",
    "jpg",
    "jpeg",
    "gif",
    "bmp",
    "ico",
    "icns",
    "webp",
    "avif",
    "tif",
    "tiff",
    "heic",
    "svg",
    "psd",
    "ai",
    "eps",
    "sketch",
    "fig",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp3",
    "wav",
    "ogg",
    "flac",
    "m4a",
    "mp4",
    "m4v",
    "mov",
    "avi",
    "mkv",
    "webm",
    "cast",
    // Archives and programs.
    "zip",
    "gz",
    "tgz",
    "bz2",
    "xz",
    "zst",
    "7z",
    "rar",
    "tar",
    "br",
    "jar",
    "war",
    "ear",
    "whl",
    "egg",
    "deb",
    "rpm",
    "apk",
    "dmg",
    "iso",
    "exe",
    "dll",
    "so",
    "dylib",
    "a",
    "o",
    "obj",
    "lib",
    "class",
    "pyc",
    "pyo",
    "node",
    "wasm",
    "bin",
    "dat",
    // Documents of office programs, databases, what is made from sources.
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "odt",
    "ods",
    "odp",
    "vsdx",
    "db",
    "sqlite",
    "sqlite3",
    "parquet",
    "map",
    "tsbuildinfo",
    "ds_store",
];

/// Extensions of files that rules read: if one cannot be read, people should hear of it.
const MEANT: &[&str] = &[
    "yaml",
    "yml",
    "json",
    "jsonc",
    "ts",
    "tsx",
    "mts",
    "cts",
    "js",
    "jsx",
    "mjs",
    "cjs",
    "tf",
    "tfvars",
    "hcl",
    "toml",
    "csv",
    "cedar",
    "env",
    "tpl",
    "lock",
    "sh",
    "ini",
    "conf",
    "dockerfile",
];

/// What is in a folder, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    /// Something of the repository's own.
    Own,
    /// What others wrote and a program installed.
    Installed,
    /// What a program builds; of the repository if it is tracked all the same.
    Built,
}

/// What a folder holds. `on_disk` is where it is.
pub(super) fn folder(path: &str, on_disk: &Path) -> Folder {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_yarn = above == ".yarn" || above.ends_with("/.yarn");
    let has = |inside: &str| on_disk.join(inside).exists();
    match name {
        ".git" | "node_modules" | ".terraform" => Folder::Installed,
        "cache" | "unplugged" if in_yarn => Folder::Installed,
        "vendor" if has("modules.txt") => Folder::Installed,
        "dist" | "dist-types" | "dist-scalprum" | "coverage" | ".next" => Folder::Built,
        // A folder of this name is often of sources: of pipelines, of images.
        "build" if has("../package.json") && ["index.html", "index.js", "static"].into_iter().any(has) => {
            Folder::Built
        }
        _ => Folder::Own,
    }
}

/// Whether no rule reads a file, so that it need not be opened.
pub(super) fn is_unopened(path: &str) -> bool {
    let of_yarn = |part: &str| part.starts_with(".yarn/") || part.contains("/.yarn/");
    let is_program = ["/releases/", "/plugins/", "/sdks/"].iter().any(|folder| path.contains(folder));
    of_yarn(path) && is_program || is_of(path, UNOPENED)
}

/// Whether rules read such files.
pub(super) fn is_meant(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with("dockerfile") || name.starts_with(".env") || is_of(path, MEANT)
}

/// Whether it is a lock file, of which more is read than of others.
pub(super) fn is_lock(path: &str) -> bool {
    LockKind::of(path.rsplit('/').next().unwrap_or(path)).is_some()
}

fn is_of(path: &str, kinds: &[&str]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let kind = name.rsplit('.').next().unwrap_or_default();
    kinds.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_names() {
        for path in ["a/logo.PNG", ".yarn/releases/yarn-4.1.0.cjs", "a/.yarn/sdks/eslint/x.js", ".DS_Store"] {
            assert!(is_unopened(path), "{path}");
        }
        for path in ["Dockerfile", "a/releases/app.yaml", "png", "yarn.lock", ".yarnrc.yml"] {
            assert!(!is_unopened(path) || path == "png", "{path}");
        }
        assert!(is_meant("deploy/Dockerfile.prod") && is_meant(".env.local") && is_meant("A.YAML"));
        assert!(!is_meant("notes.txt") && is_lock("a/yarn.lock") && !is_lock("yarn.lock/a"));
    }

    #[test]
    fn a_folder_named_build_is_output_only_if_it_looks_like_it() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["app/build/static", "sources/build"] {
            std::fs::create_dir_all(folder.path().join(name)).expect("room");
        }
        for name in ["app/package.json", "sources/package.json", "sources/build/Dockerfile"] {
            std::fs::write(folder.path().join(name), "").expect("room");
        }
        let of = |path: &str| super::folder(path, &folder.path().join(path));
        assert_eq!(
            [of("app/build"), of("sources/build"), of("app/vendor")],
            [Folder::Built, Folder::Own, Folder::Own]
        );
        assert_eq!(
            [of("a/.yarn/cache"), of("cache"), of("a/dist")],
            [Folder::Installed, Folder::Own, Folder::Built]
        );
    }
}
