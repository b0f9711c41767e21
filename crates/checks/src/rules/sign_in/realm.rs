//! Realms of Keycloak that are kept in the repository: what is exported as JSON, and what its operator imports.

use crate::rule::Skip;
use crate::{Context, File, Item};

/// A realm.
pub(super) struct Realm<'a> {
    pub(super) root: &'a Item,
    /// Whether it is for people who work on the application.
    pub(super) is_local: bool,
}

impl<'a> Realm<'a> {
    /// Its clients.
    pub(super) fn clients(&self) -> &'a [Item] {
        self.root.get("clients").map(Item::items).unwrap_or_default()
    }
}

/// The realms of a repository; at least one.
pub(super) fn all(cx: Context<'_>) -> Result<Vec<Realm<'_>>, Skip> {
    let mut found = Vec::new();
    for file in cx.repository().files.iter().filter(|file| may_be(file)) {
        let is_local = crate::repo::is_for_development(&file.path);
        for tree in file.trees() {
            let of_operator = tree
                .at("spec.realm")
                .filter(|_| tree.get("kind").and_then(Item::as_str) == Some("KeycloakRealmImport"));
            let roots = of_operator.map_or_else(|| tree.one_or_many(), std::slice::from_ref);
            found.extend(roots.iter().filter(|root| is_realm(root)).map(|root| Realm { root, is_local }));
        }
    }
    if found.is_empty() { Err(Skip::because("no realm of Keycloak here")) } else { Ok(found) }
}

fn may_be(file: &File) -> bool {
    let name = file.name();
    let kind = matches!(name.rsplit_once('.'), Some((_, "json"))) || crate::file::is_yaml(name);
    let lock = matches!(name, "package.json" | "package-lock.json" | "pnpm-lock.yaml");
    let has = |text: &str, word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    kind && !lock
        && !file.path.contains("node_modules/")
        && file.text().is_some_and(|text| {
            has(text, "realm")
                && (has(text, "redirectUris") || has(text, "bruteForceProtected") || has(text, "sslRequired"))
        })
}

/// Whether it has a name of a realm, and something only realms have.
fn is_realm(root: &Item) -> bool {
    root.get("realm").and_then(Item::as_str).is_some()
        && ["clients", "users", "sslRequired", "bruteForceProtected", "loginTheme", "roles"]
            .iter()
            .any(|key| root.get(key).is_some())
}
