//! Finding all objects of a repository.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::File;
use crate::kube::object::objects;
use crate::kube::{Manifests, Source, belongs, kustomize, left_out};
use crate::repo::{Files, Unread};
use crate::terraform::Terraform;

/// How many objects are kept.
const OBJECTS: usize = 20_000;

/// All objects of a repository; `folders` are those of its applications.
pub(crate) fn find(files: &Files, terraform: &Terraform, folders: &[&str]) -> Manifests {
    let charts = crate::helm::charts(files);
    let chart_folders: Vec<&str> = charts.iter().map(|chart| chart.folder.as_ref()).collect();
    let built = kustomize::build(files);
    let taken: BTreeSet<&str> = built.taken.iter().map(AsRef::as_ref).collect();
    let left_out = if built.is_whole { left_out::find(files, &taken) } else { BTreeSet::new() };
    let mut all = built.objects;
    for file in files.iter().filter(|file| is_manifest(file) && !taken.contains(&*file.path)) {
        if is_of_chart(&file.path, &chart_folders) || left_out.contains(&*file.path) {
            continue;
        }
        let unit: Arc<str> = Arc::from(file.folder());
        all.extend(file.trees().flat_map(|root| objects(root, Source::Plain, &unit)));
    }
    let (of_charts, mut unread) = crate::helm::objects(files, &charts);
    all.extend(of_charts);
    unread.extend(
        files
            .iter()
            .filter(|file| is_manifest(file) && !is_of_chart(&file.path, &chart_folders))
            .filter_map(|file| Some(Unread::new(&file.path, why_unread(file)?))),
    );
    all.extend(crate::terraform::objects(terraform, files, &charts));
    if all.len() > OBJECTS {
        unread.push(Unread::new(".", "the repository has more Kubernetes objects than are read of one"));
    }
    all.truncate(OBJECTS);
    belongs::decide(&mut all, &belongs::Around::of(files, folders, &charts));
    all.sort_by_key(crate::kube::Object::is_development);
    unread.sort();
    unread.dedup();
    Manifests { objects: all, unread }
}

/// Whether a file may hold manifests: YAML that says so, and no template that something else fills in.
pub(super) fn is_manifest(file: &File) -> bool {
    let is_yaml = file.path.ends_with(".yaml") || file.path.ends_with(".yml");
    let in_skeleton = file
        .folder()
        .split('/')
        .any(|part| matches!(part, "skeleton" | "skeletons" | "content" | "__fixtures__"));
    let says = |text: &str| text.contains("apiVersion") && text.contains("kind") && !text.contains("${{");
    is_yaml && !in_skeleton && !file.folder().starts_with(".github") && file.text().is_some_and(says)
}

/// Why a manifest cannot be read, if it cannot. What begins as something else only speaks of manifests.
fn why_unread(file: &File) -> Option<String> {
    let begins = |line: &str| line.starts_with("apiVersion:") || line.starts_with("kind:");
    if !file.text().is_some_and(|text| text.lines().any(begins)) || file.path.contains("{{") {
        return None;
    }
    let error = match file.documents() {
        Err(error) => error,
        Ok(all) => all.iter().find_map(|document| document.as_ref().err())?,
    };
    let is_template = file.text().is_some_and(|text| text.contains("{{"));
    let what =
        if is_template { "it is filled in by a program that is not known here" } else { "it is no YAML" };
    Some(format!("{what}: {error}"))
}

/// Whether a path is one of a chart's own files: its templates, values, what it depends on.
fn is_of_chart(path: &str, charts: &[&str]) -> bool {
    charts.iter().any(|folder| {
        let inside = if folder.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'))
        };
        inside.is_some_and(|rest| {
            ["templates/", "charts/", "crds/", "ci/"].iter().any(|own| rest.starts_with(own))
                || !rest.contains('/')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_that_cannot_be_read_are_told() {
        let broken = "apiVersion: v1\nkind: Secret\nmetadata: {name: a\n";
        let files = Files::of_texts([
            ("k8s/broken.yaml", broken),
            ("k8s/filled.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  {{ if a }}\n  name: a\n"),
            ("k8s/fine.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"),
            ("k8s/skeleton/broken.yaml", broken),
            ("k8s/about.yaml", "text: [ the words apiVersion and kind\n"),
        ]);
        let found = find(&files, &Terraform::default(), &[""]);
        let told: Vec<&str> = found.unread.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(told, ["k8s/broken.yaml", "k8s/filled.yaml"]);
    }
}
