//! Modules of a backend, and plugins of the repository, that nothing imports: what was left behind, and does not run.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::ast::ExprKind;
use crate::code::paths::Meant;
use crate::code::{Code, Exported, Module, package_of};

/// Beginnings of names of modules of plugins that something besides an import may run.
const RUN: &[&str] = &["index.", "alpha.", "run.", "setupTests.", "worker", "cli."];
/// Folders in plugins whose modules are found by their place.
const FOUND: &[&str] = &["migrations", "__tests__", "__fixtures__", "__mocks__", "fixtures", "workers"];

/// Paths of the modules below the sources of backends, and of their plugins, that their entries do not lead to.
pub(super) fn find(code: &Code) -> BTreeSet<&str> {
    let mut dead = BTreeSet::new();
    for backend in &code.backend_folders {
        dead.extend(left(code, backend, &["index."]));
    }
    let mut of_plugins: BTreeSet<&str> =
        code.plugin_folders.iter().flat_map(|plugin| left(code, plugin, RUN)).collect();
    of_plugins.retain(|path| !path.split('/').any(|part| FOUND.contains(&part)));
    // Another package may import what the plugin's entry does not lead to.
    if !of_plugins.is_empty() {
        for module in code.modules() {
            let sources = module.imports.iter().map(|import| &*import.source);
            for source in sources.filter(|source| !source.starts_with('.') && source.contains('/')) {
                if let Meant::Module(meant) = code.target(module, source) {
                    of_plugins.remove(&*meant.path);
                }
            }
        }
    }
    dead.extend(of_plugins);
    for (_, folder) in unused_plugins(code, &dead) {
        dead.extend(code.under(folder).map(|module| &*module.path));
    }
    dead
}

/// The modules of a package that nothing leads to from its entries, which are at the top of its sources.
fn left<'a>(code: &'a Code, folder: &str, entries: &[&str]) -> Vec<&'a str> {
    let folder = if folder.is_empty() { "src".to_owned() } else { format!("{folder}/src") };
    let own: Vec<&Module> = code.under(&folder).collect();
    let name = |module: &Module| module.path.rsplit('/').next().unwrap_or_default().to_owned();
    let is_entry = |module: &&Module| {
        module.folder() == folder && entries.iter().any(|start| name(module).starts_with(start))
    };
    let mut todo: Vec<&Module> = own.iter().copied().filter(is_entry).collect();
    if !todo.iter().any(|module| name(module).starts_with("index.")) {
        return Vec::new();
    }
    // What another package, or the entry of a test bench, imports is for it to say.
    let mut live: BTreeSet<&str> = todo.iter().map(|module| &*module.path).collect();
    while let Some(module) = todo.pop() {
        for source in sources(module) {
            if let Meant::Module(next) = code.target(module, &source)
                && live.insert(&next.path)
            {
                todo.push(next);
            }
        }
    }
    own.iter().map(|module| &*module.path).filter(|path| !live.contains(path)).collect()
}

/// The private plugins that no other package of the repository imports, where backends say what they add.
fn unused_plugins<'a>(code: &'a Code, dead: &BTreeSet<&str>) -> Vec<&'a (String, String)> {
    let in_backend = |module: &&Module| {
        code.backend_folders
            .iter()
            .any(|folder| module.path.strip_prefix(&**folder).is_some_and(|rest| rest.starts_with('/')))
    };
    let backends: Vec<&Module> = code.modules().filter(in_backend).collect();
    let adds = |module: &&Module| module.calls("add") || module.calls("addRouter") || module.calls("use");
    let finds = |module: &&Module| {
        module.text().contains("iscoveryFeatureLoader") || module.text().contains("dynamic-feature")
    };
    if code.private_plugins.is_empty() || !backends.iter().any(adds) || backends.iter().any(finds) {
        return Vec::new();
    }
    let mut imported: BTreeSet<String> = BTreeSet::new();
    for module in code.modules().filter(|module| !dead.contains(&*module.path)) {
        let own = code.private_plugins.iter().find(|(_, folder)| {
            module.path.strip_prefix(&**folder).is_some_and(|rest| rest.starts_with('/'))
        });
        // Backends also add what they import where it runs.
        let sources = if in_backend(&module) {
            sources(module)
        } else {
            module.imports.iter().map(|import| import.source.to_string()).collect()
        };
        let names = sources.into_iter().map(|source| package_of(&source).to_owned());
        imported.extend(names.filter(|name| own.is_none_or(|(own, _)| own != name)));
    }
    code.private_plugins.iter().filter(|(name, _)| !imported.contains(name)).collect()
}

/// What a module imports, at its head and where it runs. What is imported by names that nothing uses, the compiler leaves
/// out.
fn sources(module: &Module) -> Vec<String> {
    let mut found = Vec::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    used.extend(module.exports.iter().filter_map(|export| match &export.what {
        Exported::Local(name) => Some(&**name),
        _ => None,
    }));
    module.walk(&mut |expr| match &expr.kind {
        ExprKind::Import(source) => {
            if let ExprKind::String(text) = &source.kind {
                found.push(text.to_string());
            }
        }
        ExprKind::Ident(name) => {
            used.insert(name);
        }
        ExprKind::Element(element) => {
            used.extend(element.name.split('.').next());
        }
        _ => {}
    });
    let mut of_names: BTreeMap<&str, bool> = BTreeMap::new();
    for (name, source) in module.bindings.imported() {
        *of_names.entry(source).or_default() |= used.contains(name);
    }
    let imports = module.imports.iter().map(|import| &*import.source);
    found.extend(imports.filter(|source| of_names.get(source).copied().unwrap_or(true)).map(str::to_owned));
    found
}

#[cfg(test)]
mod tests {
    use crate::Repository;
    use crate::repo::Files;

    #[test]
    fn what_no_entry_leads_to_is_dead() {
        let repository = Repository::of(Files::of_texts([
            ("packages/backend/package.json", r#"{"name": "backend", "backstage": {"role": "backend"}}"#),
            (
                "packages/backend/src/index.ts",
                "import { a } from './a';\nimport left from './plugins/left';\nbackend.add(import('./plugins/b'));\nbackend.add(a);\nbackend.add(import('@internal/w/alpha'));",
            ),
            ("packages/backend/src/a.ts", "export * from './c';\nexport const a = require('./d');"),
            ("packages/backend/src/c.ts", "export const c = 1;"),
            ("packages/backend/src/d.ts", "export const d = 1;"),
            ("packages/backend/src/plugins/b.ts", "export default 1;"),
            ("packages/backend/src/plugins/old.ts", "import './older';"),
            ("packages/backend/src/plugins/older.ts", "run();"),
            ("packages/backend/src/plugins/left.ts", "export default 1;"),
            ("plugins/x/package.json", r#"{"name": "x", "backstage": {"role": "backend-plugin"}}"#),
            ("plugins/x/src/lonely.ts", "run();"),
            ("plugins/y/package.json", r#"{"name": "@acme/y", "backstage": {"role": "backend-plugin"}}"#),
            ("plugins/y/src/index.ts", "export * from './router';"),
            ("plugins/y/src/router.ts", "run();"),
            ("plugins/y/src/router-old.ts", "run();"),
            ("plugins/y/src/deep.ts", "run();"),
            ("plugins/y/migrations/1.ts", "run();"),
            ("plugins/z/package.json", r#"{"name": "z", "backstage": {"role": "backend-plugin"}}"#),
            ("plugins/z/src/index.ts", "import '@acme/y/src/deep';"),
            (
                "plugins/v/package.json",
                r#"{"name": "@internal/v", "private": true, "backstage": {"role": "backend-plugin"}}"#,
            ),
            ("plugins/v/src/index.ts", "run();"),
            (
                "plugins/w/package.json",
                r#"{"name": "@internal/w", "private": true, "backstage": {"role": "backend-plugin"}}"#,
            ),
            ("plugins/w/src/index.ts", "run();"),
        ]));
        let dead: Vec<&str> = super::find(repository.code()).into_iter().collect();
        let backend = ["left", "old", "older"].map(|name| format!("packages/backend/src/plugins/{name}.ts"));
        assert_eq!(
            dead,
            [&*backend[0], &backend[1], &backend[2], "plugins/v/src/index.ts", "plugins/y/src/router-old.ts"]
        );
    }
}
