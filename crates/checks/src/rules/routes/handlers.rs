//! Functions that answer requests, and what of a request its sender decides.

use std::collections::BTreeSet;

use crate::Context;
use crate::code::FunctionAt;
use crate::code::ast::{Pattern, PatternKind};
use crate::code::backend::Entry;
use crate::code::flow::Source;
use crate::rule::Skip;
use crate::rules::in_code::{is_for_development, is_of_backend};

/// What of its first parameter comes from whoever sends the request.
pub(super) const REQUEST: &[Source] = &[
    Source { param: 0, path: "body" },
    Source { param: 0, path: "params" },
    Source { param: 0, path: "query" },
    Source { param: 0, path: "path" },
    Source { param: 0, path: "originalUrl" },
];

/// All of them: those of routes, and those of backends that take a request by its name.
pub(super) fn all<'a>(cx: Context<'a>) -> Result<Vec<FunctionAt<'a>>, Skip> {
    let code = cx.code()?;
    let mut found: Vec<FunctionAt<'a>> = cx
        .routers()?
        .iter()
        .flat_map(|router| &router.entries)
        .flat_map(Entry::functions)
        .filter(|function| !function.function.params.is_empty())
        .collect();
    for module in code.modules().filter(|module| is_of_backend(&module.path)) {
        let named = module.functions().filter(|function| function.params.first().is_some_and(is_request));
        found.extend(named.map(|function| FunctionAt { code, module, function }));
    }
    let mut seen = BTreeSet::new();
    found.retain(|function| {
        !is_for_development(&function.module.path)
            && seen.insert((&*function.module.path, function.function.span))
    });
    Ok(found)
}

fn is_request(param: &Pattern) -> bool {
    match &param.kind {
        PatternKind::Name(name) => name.trim_start_matches('_').starts_with("req"),
        PatternKind::Object { entries, .. } => {
            entries.iter().any(|(key, _)| matches!(key.as_deref(), Some("body" | "params" | "query")))
        }
        PatternKind::Default(inner, _) => is_request(inner),
        _ => false,
    }
}
