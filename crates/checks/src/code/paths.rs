//! Which file an import means.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::Item;
use crate::code::module::Module;
use crate::code::resolve::package_of;
use crate::packages::Packages;
use crate::repo::Files;

/// The packages and shorthands of the repository.
#[derive(Debug, Default)]
pub(super) struct Paths {
    packages: HashMap<String, Own>,
    aliases: Vec<Alias>,
}

/// A package of the repository.
#[derive(Debug)]
struct Own {
    folder: String,
    /// Its `exports`, or its `main` as `.`.
    entries: Vec<(String, String)>,
}

/// A shorthand of a tsconfig.json: `@/*` for `src/*`.
#[derive(Debug)]
struct Alias {
    folder: String,
    before: String,
    after: String,
    /// Whether any rest may stand between them.
    open: bool,
    means: Vec<String>,
}

/// What an import means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meant<'a> {
    Module(&'a Module),
    External,
    Unread,
}

impl Paths {
    pub(super) fn of(files: &Files, packages: &Packages) -> Self {
        let own = packages.iter().filter_map(|package| {
            let name = package.name()?.to_owned();
            Some((name, Own { folder: package.folder.clone(), entries: entries(&package.item) }))
        });
        let configs = files.iter().filter(|file| file.name() == "tsconfig.json");
        Self { packages: own.collect(), aliases: configs.flat_map(aliases).collect() }
    }

    /// The folder of the innermost package that a folder is of; itself without one.
    pub(super) fn package_folder<'a>(&'a self, folder: &'a str) -> &'a str {
        let holds = |own: &&str| {
            own.is_empty()
                || folder == *own
                || folder.strip_prefix(*own).is_some_and(|rest| rest.starts_with('/'))
        };
        let all = self.packages.values().map(|own| &*own.folder).filter(holds);
        all.max_by_key(|own| own.len()).unwrap_or(folder)
    }

    pub(super) fn find<'a>(
        &self,
        modules: &'a BTreeMap<Arc<str>, Module>,
        from: &Module,
        source: &str,
    ) -> Meant<'a> {
        let found = |path: Option<&'a Module>| path.map_or(Meant::Unread, Meant::Module);
        if source.starts_with('.') {
            return found(join(from.folder(), source).and_then(|path| file(modules, &path)));
        }
        if let Some(own) = self.packages.get(package_of(source)) {
            let below = source[package_of(source).len()..].trim_start_matches('/');
            return found(own.find(modules, below));
        }
        let above = |alias: &&Alias| {
            alias.folder.is_empty()
                || from.folder() == alias.folder
                || from.path.strip_prefix(&*alias.folder).is_some_and(|rest| rest.starts_with('/'))
        };
        for alias in self.aliases.iter().filter(above) {
            if let Some(path) = alias.find(source).iter().find_map(|path| file(modules, path)) {
                return Meant::Module(path);
            }
        }
        Meant::External
    }
}

impl Own {
    fn find<'a>(&self, modules: &'a BTreeMap<Arc<str>, Module>, below: &str) -> Option<&'a Module> {
        let key = if below.is_empty() { ".".to_owned() } else { format!("./{below}") };
        let written = self.entries.iter().filter(|(own, _)| *own == key).map(|(_, path)| path.clone());
        let guessed = if below.is_empty() {
            vec!["src/index".to_owned(), "index".to_owned()]
        } else {
            vec![format!("src/{below}"), below.to_owned()]
        };
        written.chain(guessed).find_map(|path| file(modules, &join(&self.folder, &path)?))
    }
}

impl Alias {
    fn find(&self, source: &str) -> Vec<String> {
        let rest = source.strip_prefix(&*self.before).and_then(|rest| rest.strip_suffix(&*self.after));
        match rest {
            Some(rest) if self.open || rest.is_empty() => self
                .means
                .iter()
                .filter_map(|path| join(&self.folder, &path.replacen('*', rest, 1)))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// What a package.json says its files for importers are.
fn entries(package: &Item) -> Vec<(String, String)> {
    let mut found = Vec::new();
    match package.get("exports") {
        Some(exports) if exports.as_str().is_some() => {
            found.extend(first_text(exports, 0).map(|path| (".".to_owned(), path)));
        }
        Some(exports) => {
            for (key, value) in exports.entries().filter(|(key, _)| key.starts_with('.')) {
                found.extend(first_text(value, 0).map(|path| (key.to_string(), path)));
            }
        }
        None => {}
    }
    let main = package.get("main").and_then(Item::as_str);
    found.extend(main.map(|path| (".".to_owned(), path.to_owned())));
    found
}

fn first_text(item: &Item, depth: u8) -> Option<String> {
    if depth > 4 {
        return None;
    }
    let below = || item.entries().find_map(|(_, value)| first_text(value, depth + 1));
    item.as_str().map(str::to_owned).or_else(below)
}

fn aliases(config: &crate::File) -> Vec<Alias> {
    let Some(options) = config.tree().and_then(|tree| tree.get("compilerOptions")) else { return Vec::new() };
    let base = options.get("baseUrl").and_then(Item::as_str).unwrap_or(".");
    let Some(folder) = join(config.folder(), base) else { return Vec::new() };
    let paths = options.get("paths").into_iter().flat_map(Item::entries);
    paths
        .map(|(pattern, means)| {
            let (before, after) = pattern.split_once('*').unwrap_or((pattern, ""));
            Alias {
                folder: folder.clone(),
                before: before.to_owned(),
                after: after.to_owned(),
                open: pattern.contains('*'),
                means: means.items().iter().filter_map(|path| path.as_str().map(str::to_owned)).collect(),
            }
        })
        .collect()
}

/// The module of a path as imports write it: without an extension, with the one it will have once it is built, or
/// that of a folder.
fn file<'a>(modules: &'a BTreeMap<Arc<str>, Module>, path: &str) -> Option<&'a Module> {
    const ENDS: [&str; 8] = ["ts", "tsx", "js", "jsx", "mts", "cts", "mjs", "cjs"];
    if let Some(module) = modules.get(path) {
        return Some(module);
    }
    let with = |path: &str| ENDS.iter().find_map(|end| modules.get(&*format!("{path}.{end}")));
    let built = [".js", ".jsx", ".mjs", ".cjs"].iter().find_map(|end| path.strip_suffix(end));
    let index = if path.is_empty() { "index".to_owned() } else { format!("{path}/index") };
    with(path).or_else(|| built.and_then(with)).or_else(|| with(&index))
}

/// A path from a folder, with `.` and `..` gone; `None` if it leaves the repository.
fn join(folder: &str, path: &str) -> Option<String> {
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
