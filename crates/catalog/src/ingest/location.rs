//! Location entities: what they point to, and the ones that configuration makes.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use model::{Entity, EntityRef, LocationRef};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use untrusted::glob::Glob;

use super::ScmHosts;

/// A location named in configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootLocation {
    location: LocationRef,
    /// Whether this is only its masked form, which is not to be read.
    withheld: bool,
}

impl RootLocation {
    /// A configured location. A relative `file` target is made absolute against `working_directory`.
    pub fn new(location: &LocationRef, working_directory: &Path) -> Self {
        if location.kind() != "file" {
            return Self { location: location.clone(), withheld: false };
        }
        let absolute = normalized(&working_directory.join(location.target()));
        let location = LocationRef::new("file", &absolute).unwrap_or_else(|_| location.clone());
        Self { location, withheld: false }
    }

    /// Its type and target.
    pub fn location(&self) -> &LocationRef {
        &self.location
    }

    /// The ref of the Location entity that stands for it.
    pub fn entity_ref(&self) -> EntityRef {
        root_ref(&self.location.to_string())
    }

    /// What stands for a configured location whose target holds a secret; it is not read.
    pub(super) fn withheld(masked: LocationRef) -> Self {
        Self { location: masked, withheld: true }
    }

    /// Whether it must not be read.
    pub(super) fn is_withheld(&self) -> bool {
        self.withheld
    }

    /// That entity, as it would stand in a file.
    pub(super) fn entity(&self) -> Value {
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {"name": root_name(&self.location.to_string())},
            "spec": {"type": self.location.kind(), "target": self.location.target()},
        })
    }
}

/// Ref of the entity that stands for the configured location `key` (`type:target`).
pub(super) fn root_ref(key: &str) -> EntityRef {
    EntityRef::new("location", "default", &root_name(key))
}

fn root_name(key: &str) -> String {
    format!("generated-{}", super::hex(&Sha1::digest(key)))
}

/// What a Location entity points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocationSpec {
    /// Type it names; the type of the place it was read from if `None`.
    pub kind: Option<Arc<str>>,
    pub targets: Vec<String>,
    pub presence: Presence,
}

/// Whether a target that does not exist is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
}

impl LocationSpec {
    /// Reads a validated Location entity.
    pub(super) fn of(entity: &Entity) -> Self {
        let listed = entity.spec("targets").and_then(Value::as_array).into_iter().flatten();
        let targets = entity.spec_str("target").into_iter().chain(listed.filter_map(Value::as_str));
        Self {
            kind: entity.spec_str("type").map(Arc::from),
            targets: targets.map(str::to_owned).collect(),
            presence: if entity.spec_str("presence") == Some("optional") {
                Presence::Optional
            } else {
                Presence::Required
            },
        }
    }
}

/// What `target` of a Location of type `kind` means in the file at `base`.
pub(super) fn resolve(base: &LocationRef, kind: &str, target: &str, scm: &ScmHosts) -> String {
    if base.kind() != kind {
        return target.to_owned();
    }
    match kind {
        "file" if target.starts_with('.') => {
            let folder = Path::new(base.target()).parent().unwrap_or(Path::new(""));
            normalized(&folder.join(target))
        }
        "url" => scm.resolve(target, base.target()).unwrap_or_else(|| target.to_owned()),
        _ => target.to_owned(),
    }
}

/// Takes `.` and `..` out of a path, without looking at the disk.
pub(super) fn normalized(path: &Path) -> String {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !matches!(out.components().next_back(), Some(Component::Normal(_))) && !path.is_absolute()
                {
                    out.push("..");
                } else {
                    out.pop();
                }
            }
            other => out.push(other),
        }
    }
    out.to_string_lossy().into_owned()
}

/// Whether a location may name several files. In a URL only `*` is wild: `?` begins its query.
pub(super) fn is_pattern(location: &LocationRef) -> bool {
    let target = location.target();
    match location.kind() {
        "file" => Glob::parse(target).is_ok_and(|glob| glob.has_wildcards()),
        _ => target.split(['?', '#']).next().is_some_and(|path| path.contains('*')),
    }
}

/// The folder that everything a `file` target names lies in.
pub(super) fn base_folder(target: &str) -> PathBuf {
    match Glob::parse(target) {
        Ok(glob) if glob.has_wildcards() => PathBuf::from(glob.base()),
        _ => Path::new(target).parent().unwrap_or(Path::new("")).to_path_buf(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> LocationRef {
        LocationRef::parse(text).expect("a location")
    }

    #[test]
    fn a_root_is_named_by_its_hash() {
        // From a recording of the reference.
        let root = RootLocation::new(&at("url:http://127.0.0.1:7096/a.yaml"), Path::new("/"));
        assert_eq!(
            root.entity_ref().as_str(),
            "location:default/generated-632da050a1f9e1b15d750de89cdda825b481d579"
        );
    }

    #[test]
    fn files_resolve_against_the_working_directory() {
        let root = RootLocation::new(&at("file:../x/./a.yaml"), Path::new("/srv/app"));
        assert_eq!(root.location().target(), "/srv/x/a.yaml");
    }

    #[test]
    fn only_paths_have_wild_cards() {
        for (location, wild) in [
            ("file:/a/*.yaml", true),
            ("file:/a/b.yaml", false),
            ("url:https://h/**/a.yaml", true),
            ("url:https://h/a.yaml?ref=*", false),
        ] {
            assert_eq!(is_pattern(&at(location)), wild, "{location}");
        }
    }

    #[test]
    fn the_base_folder_is_what_comes_before_the_first_wild_card() {
        for (target, folder) in [("/c/a.yaml", "/c"), ("/c/x*/b.yaml", "/c"), ("/*.yaml", "/"), ("a", "")] {
            assert_eq!(base_folder(target), Path::new(folder), "{target}");
        }
    }

    #[test]
    fn only_dotted_file_targets_are_relative_to_their_file() {
        let base = at("file:/c/all.yaml");
        let scm = ScmHosts::default();
        assert_eq!(resolve(&base, "file", "./a/*.yaml", &scm), "/c/a/*.yaml");
        assert_eq!(resolve(&base, "file", "../../../x.yaml", &scm), "/x.yaml");
        assert_eq!(resolve(&base, "file", "a.yaml", &scm), "a.yaml");
        assert_eq!(resolve(&base, "url", "./a.yaml", &scm), "./a.yaml");
    }
}
