//! Entities in descriptor files.

use crate::repo::Files;
use crate::{File, Item};

/// An entity as written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entity<'a> {
    /// All of it.
    pub(crate) item: &'a Item,
    /// Its kind.
    pub(crate) kind: &'a str,
}

/// Folders that hold entities for tests, which no catalog reads.
const FOR_TESTS: &[&str] =
    &["__fixtures__", "fixtures", "__testUtils__", "__mocks__", "__tests__", "test-fixtures", "testdata"];

/// The entities of a repository: every document with a Backstage `apiVersion` and a kind.
pub(crate) fn entities(files: &Files) -> impl Iterator<Item = Entity<'_>> {
    files.iter().filter(|file| may_hold(file)).flat_map(|file| {
        file.trees().filter_map(|item| {
            let version = item.get("apiVersion")?.as_str()?;
            let group = version.split('/').next()?;
            let is_one = group == "backstage.io" || group.ends_with(".backstage.io");
            let kind = item.get("kind")?.as_str().filter(|_| is_one)?;
            Some(Entity { item, kind })
        })
    })
}

fn may_hold(file: &File) -> bool {
    let name = file.name();
    [".yaml", ".yml"].iter().any(|end| name.ends_with(end))
        && !file.path.split('/').any(|part| FOR_TESTS.contains(&part))
        && file.text().is_some_and(|text| {
            memchr::memmem::find(text.as_bytes(), b"backstage.io/").is_some() && text.contains("kind:")
        })
}

impl<'a> Entity<'a> {
    /// The name in its metadata.
    pub(crate) fn name(&self) -> &'a str {
        self.item.at("metadata.name").and_then(Item::as_str).unwrap_or("?")
    }

    /// Its annotations. Their names hold dots, so they have no path.
    pub(crate) fn annotations(&self) -> impl Iterator<Item = (&'a str, &'a Item)> + use<'a> {
        let annotations = self.item.at("metadata.annotations");
        annotations.into_iter().flat_map(Item::entries).map(|(name, item)| (&**name, item))
    }

    /// The type in its spec.
    pub(crate) fn of_type(&self) -> Option<&'a str> {
        self.item.at("spec.type")?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_with_a_backstage_version_are_entities() {
        let files = Files::of_texts([
            (
                "a/catalog-info.yaml",
                "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: x, annotations: {a.b/c: d}}\nspec: {type: openapi}\n---\nkind: Deployment\napiVersion: apps/v1\n---\n[",
            ),
            ("t.yml", "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\n"),
            ("a/__fixtures__/b.yaml", "apiVersion: backstage.io/v1alpha1\nkind: User\n"),
            ("c.yaml", "apiVersion: notbackstage.io/v1\nkind: User\n"),
        ]);
        let found: Vec<_> = entities(&files).map(|entity| (&*entity.item.place.path, entity.kind)).collect();
        assert_eq!(found, [("a/catalog-info.yaml", "API"), ("t.yml", "Template")]);
        let first = entities(&files).next().expect("the first");
        assert_eq!((first.name(), first.of_type()), ("x", Some("openapi")));
        assert_eq!(first.annotations().map(|(name, _)| name).collect::<Vec<_>>(), ["a.b/c"]);
    }
}
