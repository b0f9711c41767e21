//! App-configs that kustomizations make `ConfigMap`s and Secrets of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Role, embedded, is_for_development};
use crate::Item;
use crate::kube::{KUSTOMIZATIONS, resolve};
use crate::repo::files::Files;

/// What a file is mounted as.
#[derive(Clone, Debug)]
pub(crate) struct Mounted {
    /// The key it has, which is the name it is mounted by.
    pub(crate) name: Arc<str>,
    /// Whether a cluster gets it that others than those who work on the portal use, as far as can be told.
    pub(crate) is_deployed: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Generated {
    files: BTreeMap<String, Mounted>,
    folders: BTreeMap<String, bool>,
}

/// How many files one kustomization is asked for.
const FILES: usize = 200;

impl Generated {
    pub(crate) fn find(all: &Files) -> Self {
        let mut found = Self::default();
        for kustomization in all.iter().filter(|file| KUSTOMIZATIONS.contains(&file.name())) {
            let Some(tree) = kustomization.tree() else { continue };
            let makers = ["configMapGenerator", "secretGenerator"].iter().filter_map(|key| tree.get(key));
            let entries =
                makers.flat_map(Item::items).filter_map(|maker| maker.get("files")).flat_map(Item::items);
            for entry in entries.filter_map(Item::as_str).take(FILES) {
                let (key, path) =
                    entry.split_once('=').map_or((None, entry), |(key, path)| (Some(key), path));
                let Some(file) = resolve(kustomization.folder(), path).and_then(|path| all.get(&path)) else {
                    continue;
                };
                let name = key.unwrap_or_else(|| file.name());
                let is_one = Role::of(name).or_else(|| Role::of(file.name())).is_some()
                    || file.tree().is_some_and(embedded::is_backstage);
                if is_one {
                    let is_deployed = !is_for_development(&kustomization.path);
                    found.folders.insert(kustomization.folder().to_owned(), is_deployed);
                    let mounted = Mounted { name: Arc::from(name), is_deployed };
                    found.files.insert(file.path.to_string(), mounted);
                }
            }
        }
        found.promote();
        found
    }

    /// Where nothing is deployed elsewhere, what is called `dev` is what people use.
    fn promote(&mut self) {
        if self.folders.values().any(|is_deployed| *is_deployed) {
            return;
        }
        let is_shared = |path: &str| {
            !path.split(['/', '.', '-', '_']).any(|word| {
                matches!(
                    word,
                    "local" | "minikube" | "kind" | "k3d" | "test" | "tests" | "ci" | "e2e" | "examples"
                )
            })
        };
        self.folders.iter_mut().for_each(|(folder, is_deployed)| *is_deployed = is_shared(folder));
        self.files.iter_mut().for_each(|(path, mounted)| mounted.is_deployed = is_shared(path));
    }

    /// What a file is mounted as, if it is.
    pub(crate) fn get(&self, path: &str) -> Option<&Mounted> {
        self.files.get(path)
    }

    /// The files.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether a kustomization in a folder deploys one of them.
    pub(crate) fn is_deployed(&self, folder: &str) -> bool {
        self.folders.get(folder) == Some(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlays_for_development_count_where_there_is_no_other() {
        let maker =
            "configMapGenerator:\n- name: portal\n  files: [app-config.yaml, x.yaml=../../portal.yaml]\n";
        let portal = "backend: {baseUrl: http://x}\ncatalog: {rules: []}\n";
        let mut texts = vec![
            ("overlays/dev/Kustomization.yaml", maker),
            ("overlays/dev/app-config.yaml", "app: {}\n"),
            ("portal.yaml", portal),
        ];
        let found = Generated::find(&Files::of_texts(texts.iter().copied()));
        assert!(found.is_deployed("overlays/dev"));
        assert_eq!(found.get("portal.yaml").map(|mounted| &*mounted.name), Some("x.yaml"));
        texts.extend([
            ("overlays/eu/kustomization.yaml", maker),
            ("overlays/eu/app-config.yaml", "app: {}\n"),
        ]);
        let found = Generated::find(&Files::of_texts(texts.iter().copied()));
        assert!(!found.is_deployed("overlays/dev") && found.is_deployed("overlays/eu"));
        assert_eq!(found.paths().count(), 3);
    }
}
