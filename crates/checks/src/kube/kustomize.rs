//! Kustomizations: what each one that no other uses builds.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::Step;
use crate::kube::object::objects;
use crate::kube::{Object, Source, collect, patch};
use crate::repo::Files;
use crate::{Item, Place, Value};

/// What kustomizations build.
#[derive(Debug, Default)]
pub(super) struct Built {
    /// Objects, for each kustomization that nothing else uses.
    pub objects: Vec<Object>,
    /// Files that kustomizations use, which are not sent by themselves.
    pub taken: BTreeSet<Arc<str>>,
    /// Whether all of it was built.
    pub is_whole: bool,
}

/// How deep kustomizations may use others.
const DEPTH: usize = 12;
/// How many objects one may build.
const OBJECTS: usize = 4_000;
/// How much is done for all of them: entries looked at, and (a sixteenth of it) objects a patch or an image is tried on. A kustomization
/// that uses others several times, which do the same, would otherwise take for ever.
const WORK: usize = 500_000;

/// What building keeps between kustomizations.
struct Work {
    taken: BTreeSet<Arc<str>>,
    left: usize,
}

impl Work {
    /// Takes so much of what may be done, if there is as much left.
    fn spend(&mut self, amount: usize) -> bool {
        let enough = self.left >= amount;
        self.left = self.left.saturating_sub(amount);
        enough
    }
}

/// Those that kustomize knows, and one that it finds where file names have no case.
pub(crate) const KUSTOMIZATIONS: [&str; 4] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization", "Kustomization.yaml"];

pub(super) fn build(files: &Files) -> Built {
    let folders: Vec<&str> =
        files.iter().filter(|file| KUSTOMIZATIONS.contains(&file.name())).map(crate::File::folder).collect();
    let used: BTreeSet<String> = folders.iter().flat_map(|folder| uses(files, folder)).collect();
    let mut work = Work { taken: BTreeSet::new(), left: WORK };
    let mut built = Built::default();
    for folder in folders {
        if used.contains(folder) {
            continue;
        }
        let mut objects = one(files, folder, &mut work, DEPTH);
        let unit: Arc<str> = Arc::from(folder);
        let file = KUSTOMIZATIONS.iter().find_map(|name| files.get(&join(folder, name)));
        for object in &mut objects {
            object.unit = Arc::clone(&unit);
            object.how = file.map(|file| Step {
                place: Some(Place::whole(&file.path)),
                text: format!("as kustomize builds {}", if folder.is_empty() { "." } else { folder }),
            });
        }
        built.objects.append(&mut objects);
    }
    built.is_whole = work.left > 0;
    built.taken = work.taken;
    built
}

fn kustomization<'a>(files: &'a Files, folder: &str) -> Option<&'a Item> {
    KUSTOMIZATIONS.iter().find_map(|name| files.get(&join(folder, name))).and_then(|file| file.tree())
}

/// Whether what is in a folder is sent by a kustomization that lists it.
pub(super) fn lists(files: &Files, folder: &str) -> bool {
    kustomization(files, folder).is_some_and(|root| {
        // Flux has a kind of the same name, which lists nothing.
        let of_flux =
            root.get("apiVersion").and_then(Item::as_str).is_some_and(|text| text.contains("toolkit"));
        !of_flux
            && ["resources", "bases"]
                .iter()
                .any(|key| root.get(key).is_some_and(|list| !list.items().is_empty()))
    })
}

/// The folders that a kustomization uses.
fn uses(files: &Files, folder: &str) -> Vec<String> {
    let Some(root) = kustomization(files, folder) else { return Vec::new() };
    ["resources", "bases", "components"]
        .iter()
        .flat_map(|key| root.get(key).map(Item::items).unwrap_or_default())
        .filter_map(|item| resolve(folder, item.as_str()?))
        .filter(|path| kustomization(files, path).is_some())
        .collect()
}

fn one(files: &Files, folder: &str, work: &mut Work, depth: usize) -> Vec<Object> {
    let Some(root) = kustomization(files, folder).filter(|_| depth > 0) else { return Vec::new() };
    let unit: Arc<str> = Arc::from(folder);
    let mut all = Vec::new();
    for key in ["resources", "bases"] {
        for item in root.get(key).map(Item::items).unwrap_or_default() {
            if !work.spend(1) {
                return all;
            }
            let Some(path) = item.as_str().and_then(|text| resolve(folder, text)) else { continue };
            if kustomization(files, &path).is_some() {
                all.append(&mut one(files, &path, work, depth - 1));
            } else if let Some(file) = files.get(&path).filter(|file| collect::is_manifest(file)) {
                work.taken.insert(Arc::clone(&file.path));
                all.extend(file.trees().flat_map(|tree| objects(tree, Source::Kustomize, &unit)));
            }
            all.truncate(OBJECTS);
        }
    }
    for item in root.get("components").map(Item::items).unwrap_or_default() {
        let Some(path) = item.as_str().and_then(|text| resolve(folder, text)) else { continue };
        if !work.spend(1) {
            return all;
        }
        // What a component has is already changed by it; what was there before is not.
        let mut own = one(files, &path, work, depth - 1);
        if let Some(component) = kustomization(files, &path) {
            change(files, &path, component, &mut all, work);
        }
        all.append(&mut own);
        all.truncate(OBJECTS);
    }
    change(files, folder, root, &mut all, work);
    all.truncate(OBJECTS);
    all
}

/// What a kustomization changes in the objects it has.
fn change(files: &Files, folder: &str, root: &Item, all: &mut [Object], work: &mut Work) {
    for (patch, target) in patches(files, folder, root, &mut work.taken) {
        if !work.spend(1 + all.len() / 16) {
            return;
        }
        patch::apply(all, &patch, target.as_ref());
    }
    for image in root.get("images").map(Item::items).unwrap_or_default() {
        if !work.spend(1 + all.len() / 16) {
            return;
        }
        for object in all.iter_mut() {
            set_image(&mut object.root, image, 40);
        }
    }
    if let Some(namespace) = root.get("namespace").and_then(Item::as_str) {
        for object in all.iter_mut() {
            object.namespace = Some(Arc::from(namespace));
        }
    }
}

/// The patches of a kustomization, in order, each with what it is for.
fn patches(
    files: &Files,
    folder: &str,
    root: &Item,
    taken: &mut BTreeSet<Arc<str>>,
) -> Vec<(Item, Option<Item>)> {
    let mut found = Vec::new();
    let mut take = |item: &Item, target: Option<&Item>, is_path: bool| {
        let Some(text) = item.as_str() else { return };
        let file = resolve(folder, text).and_then(|path| files.get(&path));
        match file {
            Some(file) if is_path => {
                taken.insert(Arc::clone(&file.path));
                found.extend(file.trees().map(|tree| (tree.clone(), target.cloned())));
            }
            None if is_path && !text.contains('\n') => {}
            _ => found.extend(inline(item, text).into_iter().map(|tree| (tree, target.cloned()))),
        }
    };
    for item in root.get("patchesStrategicMerge").map(Item::items).unwrap_or_default() {
        take(item, None, true);
    }
    for key in ["patches", "patchesJson6902"] {
        for entry in root.get(key).map(Item::items).unwrap_or_default() {
            // Before patches were entries with targets they were paths of merges, and still may be.
            take(entry, None, true);
            let target = entry.get("target");
            if let Some(path) = entry.get("path") {
                take(path, target, true);
            }
            if let Some(text) = entry.get("patch") {
                take(text, target, false);
            }
        }
    }
    found
}

/// A patch that is written inside a kustomization. All of it is where its text is.
fn inline(item: &Item, text: &str) -> Vec<Item> {
    let Ok(documents) =
        untrusted::yaml::parse_documents(text.as_bytes(), &untrusted::yaml::Limits::default())
    else {
        return Vec::new();
    };
    documents
        .into_iter()
        .filter_map(|document| document.content.ok().flatten())
        .map(|node| {
            let mut tree = Item::of(&item.place.path, &node);
            patch::move_to(&mut tree, &item.place);
            tree
        })
        .collect()
}

/// Puts an `images` entry over the images of its name.
fn set_image(item: &mut Item, entry: &Item, depth: usize) {
    if depth == 0 {
        return;
    }
    match &mut item.value {
        Value::Map(map) => {
            for (key, value) in map.iter_mut() {
                if &**key == "image" {
                    rename(value, entry);
                } else {
                    set_image(value, entry, depth - 1);
                }
            }
        }
        Value::Seq(items) => items.iter_mut().for_each(|item| set_image(item, entry, depth - 1)),
        _ => {}
    }
}

fn rename(image: &mut Item, entry: &Item) {
    let field = |key: &str| entry.get(key).and_then(Item::as_str).filter(|text| !text.is_empty());
    let Some(text) = image.as_str() else { return };
    let own = crate::image::Reference::parse(text);
    if field("name") != Some(own.name.as_str()) {
        return;
    }
    let mut name = field("newName").unwrap_or(&own.name).to_owned();
    // A tag may be written as a number: `newTag: 1.2`.
    let tag = entry.get("newTag").and_then(|item| match &item.value {
        Value::String(text) if !text.is_empty() => Some(text.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    // What is to be mended stands where the tag is given.
    if let Some(given) = entry.get("newTag").filter(|_| tag.is_some()) {
        image.place = given.place.clone();
    }
    let digest = field("digest").map(str::to_owned);
    let own_parts = if tag.is_none() && digest.is_none() { (own.tag, own.digest) } else { (tag, digest) };
    if let Some(tag) = own_parts.0 {
        name = format!("{name}:{tag}");
    }
    if let Some(digest) = own_parts.1 {
        name = format!("{name}@{digest}");
    }
    image.value = Value::String(Arc::from(name));
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path as seen from a folder; none if it leaves the repository or is elsewhere.
pub(crate) fn resolve(folder: &str, path: &str) -> Option<String> {
    if path.contains("://") || path.starts_with('/') || path.len() > 1_000 {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::Pod;

    const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: portal}
spec:
  template:
    spec:
      containers:
        - name: portal
          image: portal
          args: [a]
";

    #[test]
    fn overlays_change_what_bases_have_and_keep_the_places() {
        let files = Files::of_texts([
            (
                "base/kustomization.yaml",
                "resources: [deployment.yaml]\nimages: [{name: portal, newTag: 1.2}]\n",
            ),
            ("base/deployment.yaml", DEPLOYMENT),
            (
                "prod/kustomization.yaml",
                "resources: [../base]
components: [../part]
patchesStrategicMerge: [limits.yaml]
patches:
  - patch: |
      - {op: add, path: /spec/template/spec/serviceAccountName, value: portal}
    target: {kind: Deployment}
",
            ),
            (
                "part/kustomization.yaml",
                "kind: Component
patches:
  - patch: '[{op: add, path: /spec/template/spec/containers/0/args/-, value: b}]'
    target: {kind: Deployment}
",
            ),
            (
                "prod/limits.yaml",
                "kind: Deployment
apiVersion: apps/v1
metadata: {name: portal}
spec:
  template:
    spec:
      containers:
        - name: portal
          resources: {limits: {memory: 1Gi}}
",
            ),
        ]);
        let built = build(&files);
        let taken: Vec<&str> = built.taken.iter().map(AsRef::as_ref).collect();
        assert_eq!(taken, ["base/deployment.yaml", "prod/limits.yaml"]);
        let [object] = &built.objects[..] else { panic!("{:#?}", built.objects) };
        assert_eq!(&*object.unit, "prod");
        let pod = Pod::of(object).expect("a pod");
        let container = pod.containers()[0];
        let at =
            |path: &str| container.item.at(path).map(|item| (item.place.path.to_string(), item.place.line));
        assert_eq!(at("name"), Some(("base/deployment.yaml".to_owned(), 8)));
        assert_eq!(at("resources.limits.memory"), Some(("prod/limits.yaml".to_owned(), 9)));
        assert_eq!(at("args.1"), Some(("part/kustomization.yaml".to_owned(), 3)), "and only once");
        assert_eq!(container.item.at("args").map(|args| args.items().len()), Some(2));
        assert_eq!(container.image().and_then(|image| image.tag).as_deref(), Some("1.2"));
        assert_eq!(pod.account().map(|item| item.place.line), Some(6));
    }

    #[test]
    fn what_uses_itself_over_and_over_ends() {
        let texts: Vec<(String, String)> = (0..14)
            .map(|at| {
                (
                    format!("{at}/kustomization.yaml"),
                    format!("resources: [{}]\n", vec![format!("../{}", at + 1); 12].join(", ")),
                )
            })
            .chain([("14/kustomization.yaml".to_owned(), "resources: [../13]\n".to_owned())])
            .collect();
        let files = Files::of_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        assert!(build(&files).objects.is_empty());
    }
}
