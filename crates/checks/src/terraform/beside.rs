//! The platform beside a portal: the cluster that it runs on, the registry that its image is in.

use super::Module;
use super::origin::source_folder;

/// More roots than these are those of a company, and not of a portal's platform.
const ROOTS: usize = 24;

/// Folders of what is handed out, tried or shown.
const ASIDE: &[&str] = &[
    "blueprints",
    "catalog",
    "demo",
    "demos",
    "golden-paths",
    "sample",
    "samples",
    "scaffolder",
    "scaffolders",
    "software-templates",
    "template",
    "templates",
    "test",
    "tests",
];

/// Marks what is applied by itself, and the modules that this uses. What nobody uses is only a library.
pub(super) fn mark(modules: &mut [Module]) {
    let roots: Vec<usize> = modules
        .iter()
        .enumerate()
        .filter(|(_, module)| !module.is_portal && is_root(module) && !is_aside(&module.folder))
        .map(|(at, _)| at)
        .collect();
    if roots.len() > ROOTS {
        return;
    }
    // What lies in the folder of a root is of it, though nothing uses it yet.
    let mut next = roots.clone();
    for root in roots {
        let prefix =
            modules.get(root).map(|module| format!("{}/modules/", module.folder)).unwrap_or_default();
        let below =
            modules.iter().enumerate().skip(root).filter(|(_, module)| module.folder.starts_with(&prefix));
        next.extend(below.map(|(at, _)| at));
    }
    while let Some(at) = next.pop() {
        let Some(module) = modules.get_mut(at).filter(|module| !module.is_portal && !module.is_beside) else {
            continue;
        };
        module.is_beside = true;
        let used: Vec<String> =
            module.all("module").filter_map(|block| source_folder(&module.folder, block)).collect();
        next.extend(used.iter().filter_map(|folder| {
            modules.binary_search_by(|module| (*module.folder).cmp(folder.as_str())).ok()
        }));
    }
}

/// Whether a module says where it is applied.
fn is_root(module: &Module) -> bool {
    module.all("provider").next().is_some()
        || module
            .all("terraform")
            .any(|block| block.body.get("backend").is_some() || block.body.get("cloud").is_some())
}

fn is_aside(folder: &str) -> bool {
    folder.split('/').any(|part| ASIDE.contains(&part.to_ascii_lowercase().as_str()))
}
