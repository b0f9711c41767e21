//! Finding all objects of a repository.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::File;
use crate::kube::object::objects;
use crate::kube::{Manifests, Source, belongs, kustomize};
use crate::repo::Files;
use crate::terraform::Terraform;

/// How many objects are kept.
const OBJECTS: usize = 20_000;

/// All objects of a repository; `folders` are those of its applications.
pub(crate) fn find(files: &Files, terraform: &Terraform, folders: &[&str]) -> Manifests {
    let charts = crate::helm::charts(files);
    let chart_folders: Vec<&str> = charts.iter().map(|chart| chart.folder.as_ref()).collect();
    let built = kustomize::build(files);
    let taken: BTreeSet<&str> = built.taken.iter().map(AsRef::as_ref).collect();
    let mut all = built.objects;
    for file in files.iter().filter(|file| is_manifest(file) && !taken.contains(&*file.path)) {
        if is_of_chart(&file.path, &chart_folders) {
            continue;
        }
        let unit: Arc<str> = Arc::from(file.folder());
        all.extend(file.trees().flat_map(|root| objects(root, Source::Plain, &unit)));
    }
    all.extend(crate::helm::objects(files, &charts));
    all.extend(crate::terraform::objects(terraform, files, &charts));
    all.truncate(OBJECTS);
    belongs::decide(&mut all, folders);
    all.sort_by_key(crate::kube::Object::is_development);
    Manifests { objects: all, unread: Vec::new() }
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
