//! Bodies of fuzz targets: plain functions that take any bytes and assert what must always hold.
//!
//! `fuzz/` runs them under cargo-fuzz; the test below runs them over mutated seeds on every build.

use crate::fix::{self, Fix, Kind};
use crate::packages::Range;
use crate::repo::Files;
use crate::{Content, File, Release, Repository, accept::Acceptances, registry, run};

/// Names that the bytes are read under: at least one for each reader.
pub(crate) const NAMES: &[&str] = &[
    "app-config.yaml",
    "app-config.production.yaml",
    "packages/backend/Dockerfile",
    "yarn.lock",
    "package-lock.json",
    "pnpm-lock.yaml",
    "bun.lock",
    "packages/backend/package.json",
    "packages/backend/src/index.ts",
    "rbac-policy.csv",
    ".env",
    "policies/portal.cedar",
    "catalog-info.yaml",
    "templates/new/template.yaml",
    "docs/mkdocs.yml",
    "docker-compose.yaml",
    "deploy/portal.yaml",
    "deploy/kustomization.yaml",
    "chart/Chart.yaml",
    "chart/values.yaml",
    "chart/templates/deployment.yaml",
    "infrastructure/main.tf",
    "infrastructure/stack.yaml",
    ".github/workflows/ci.yml",
    "Procfile",
    "fly.toml",
    "entrypoint.sh",
    ".gitignore",
    ".dockerignore",
    ".stagedoor.yaml",
    "config.d.ts",
    "tsconfig.json",
];

/// What stands beside the file, so that it is of an application, and rules have what they ask about.
const BESIDE: &[(&str, &str)] = &[
    ("backstage.json", "{\"version\": \"1.55.0\"}"),
    ("packages/backend/package.json", "{\"name\": \"backend\", \"backstage\": {\"role\": \"backend\"}}"),
    ("packages/backend/Dockerfile", "FROM node:22\nCOPY . .\nCMD [\"node\", \"packages/backend\"]\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: portal\nversion: 1.0.0\n"),
    ("app-config.yaml", "permission:\n  rbac:\n    policies-csv-file: ./rbac-policy.csv\n"),
];

/// A file of a repository, whatever its name says it is: every place that is told lies within its file, and fixes can be
/// worked out. The first byte says which name.
pub fn file(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let beside = BESIDE.iter().copied().filter(|(path, _)| *path != name);
    let repository = Repository::of(Files::of_texts(beside.chain([(name, text)])));
    // Secrets are looked for by `secrets`, which has targets of its own.
    let mut report = run(&repository, registry().filter(|entry| entry.id != "secret-in-file"));
    for finding in &report.findings {
        let place = &finding.place;
        assert!(place.start <= place.end, "{finding:?}");
        if let Some(text) = repository.files.get(&place.path).and_then(File::text) {
            assert!(text.get(place.start..place.end).is_some(), "{finding:?}");
        }
    }
    let fixes: Vec<&Fix> = report.findings.iter().map(|finding| &finding.fix).collect();
    let plan = fix::plan(&repository.files, fixes, Kind::Suggested);
    for (path, (before, after)) in &plan.changes {
        assert_ne!(**before, **after, "{path}");
        let changed = File::new(path, Content::Text(after.as_str().into()));
        let was = repository.files.get(path).is_some_and(|file| file.documents().is_ok());
        let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
        assert!(!is_yaml || !was || changed.documents().is_ok(), "{path}: {after}");
    }
    report.accept(&Acceptances::of(&repository), &repository);
}

/// Git's index: whatever it names lies within the repository.
pub fn index(data: &[u8]) {
    for path in crate::repo::tracked(data).into_iter().flatten() {
        assert!(!path.starts_with('/') && !path.contains('\0'));
        assert!(path.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git")), "{path}");
    }
}

/// Ranges of versions, the first line; and versions, the others: the lowest that a range says it holds, it holds.
pub fn range(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.lines();
    let Some(range) = lines.next().and_then(Range::parse) else { return };
    let lower = range.lower();
    for version in lines.filter_map(Release::parse) {
        let again = Release::parse(&version.to_string());
        assert_eq!(again.as_ref(), Some(&version));
        assert!(!range.holds(&version) || version >= lower, "{version} is below {lower}");
    }
}

/// What instances answer, as samples write it.
pub fn transcript(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let live = crate::live::transcript(text);
    let repository = Repository::default().with_live(live);
    run(&repository, registry().filter(|entry| entry.id.starts_with("live-")));
}

#[cfg(test)]
mod tests;
