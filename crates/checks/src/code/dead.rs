//! Modules of a backend that nothing imports: what was left behind, and does not run.

use std::collections::BTreeSet;

use crate::code::ast::ExprKind;
use crate::code::paths::Meant;
use crate::code::{Code, Module};

/// Paths of the modules below the sources of backends that their entries do not lead to.
pub(super) fn find(code: &Code) -> BTreeSet<&str> {
    let mut dead = BTreeSet::new();
    for backend in &code.backend_folders {
        let folder = if backend.is_empty() { "src".to_owned() } else { format!("{backend}/src") };
        let own: Vec<&Module> = code.under(&folder).collect();
        let is_entry = |module: &&Module| {
            module.folder() == folder
                && module.path.rsplit('/').next().is_some_and(|name| name.starts_with("index."))
        };
        let mut todo: Vec<&Module> = own.iter().copied().filter(is_entry).collect();
        if todo.is_empty() {
            continue;
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
        dead.extend(own.iter().map(|module| &*module.path).filter(|path| !live.contains(path)));
    }
    dead
}

/// What a module imports, at its head and where it runs.
fn sources(module: &Module) -> Vec<String> {
    let mut found: Vec<String> = module.imports.iter().map(|import| import.source.to_string()).collect();
    module.walk(&mut |expr| {
        if let ExprKind::Import(source) = &expr.kind
            && let ExprKind::String(text) = &source.kind
        {
            found.push(text.to_string());
        }
    });
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
                "import { a } from './a';\nbackend.add(import('./plugins/b'));\nbackend.add(a);",
            ),
            ("packages/backend/src/a.ts", "export * from './c';\nexport const a = require('./d');"),
            ("packages/backend/src/c.ts", "export const c = 1;"),
            ("packages/backend/src/d.ts", "export const d = 1;"),
            ("packages/backend/src/plugins/b.ts", "export default 1;"),
            ("packages/backend/src/plugins/old.ts", "import './older';"),
            ("packages/backend/src/plugins/older.ts", "run();"),
            ("plugins/x/package.json", r#"{"name": "x", "backstage": {"role": "backend-plugin"}}"#),
            ("plugins/x/src/lonely.ts", "run();"),
        ]));
        let dead: Vec<&str> = super::find(repository.code()).into_iter().collect();
        assert_eq!(dead, ["packages/backend/src/plugins/old.ts", "packages/backend/src/plugins/older.ts"]);
    }
}
