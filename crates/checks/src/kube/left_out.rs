//! Manifests beside a kustomization that does not list them: whoever builds the folder does not send them.

use std::collections::BTreeSet;

use crate::File;
use crate::kube::{collect, kustomize};
use crate::repo::Files;

/// How many are looked for among scripts; with more, none is taken to be left out.
const MANY: usize = 100;

/// The manifests that lie in folders of kustomizations, are not `taken` by one, and that no script and no text for people
/// sends by name.
pub(super) fn find<'a>(files: &'a Files, taken: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let mut folder = ("", false);
    let mut candidates = Vec::new();
    for file in files.iter().filter(|file| collect::is_manifest(file)) {
        if kustomize::KUSTOMIZATIONS.contains(&file.name()) || taken.contains(&*file.path) {
            continue;
        }
        if folder.0 != file.folder() || folder.0.is_empty() {
            folder = (file.folder(), kustomize::lists(files, file.folder()));
        }
        if folder.1 {
            candidates.push(file);
        }
    }
    if candidates.is_empty() || candidates.len() > MANY {
        return BTreeSet::new();
    }
    let speaking: Vec<&str> = files.iter().filter(|file| may_send(file)).filter_map(File::text).collect();
    candidates.retain(|file| {
        let finder = memchr::memmem::Finder::new(file.name());
        !speaking.iter().any(|text| finder.find(text.as_bytes()).is_some())
    });
    candidates.into_iter().map(|file| &*file.path).collect()
}

/// Whether a file is one that sends manifests, or tells people to: scripts, pipelines, Terraform, what is read first.
fn may_send(file: &File) -> bool {
    let name = file.name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_pipeline = matches!(ending, "yml" | "yaml") && !collect::is_manifest(file);
    (is_pipeline && !kustomize::KUSTOMIZATIONS.contains(&name))
        || matches!(ending, "sh" | "bash" | "zsh" | "ps1" | "cmd" | "tf" | "md" | "py" | "ts" | "mk" | "json")
        || matches!(name, "Makefile" | "Justfile" | "justfile" | "Jenkinsfile" | "Tiltfile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_kustomization_lists_and_nothing_sends_is_left_out() {
        let object = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";
        let files = Files::of_texts([
            ("k8s/kustomization.yaml", "resources: [listed.yaml]\n# - unlisted.yaml\n"),
            ("k8s/listed.yaml", object),
            ("k8s/unlisted.yaml", object),
            ("k8s/by-hand.yaml", object),
            ("deploy.sh", "kubectl apply -f k8s/by-hand.yaml\n"),
            ("flux/kustomization.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"),
            ("flux/all.yaml", object),
            ("plain/all.yaml", object),
        ]);
        let found = find(&files, &BTreeSet::from(["k8s/listed.yaml"]));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["k8s/unlisted.yaml"]);
    }
}
