//! What rules about code ask: what a function reaches, and what stands around a call.

use crate::code::flow::{body_of, called};
use crate::code::{At, CallAt, Def, FunctionAt};

/// Functions that are looked at for one.
const MAX_REACHED: usize = 24;

/// Whether code is only run by whoever develops a plugin.
pub(super) fn is_for_development(path: &str) -> bool {
    path.contains("/dev/") || path.ends_with("standaloneServer.ts")
}

/// Whether code is of a backend, or of a plugin or module of one, by its path.
pub(super) fn is_of_backend(path: &str) -> bool {
    path.split('/').any(|part| part.contains("backend"))
}

/// A function with what it calls in this repository, a few steps deep.
pub(super) fn reached(function: FunctionAt<'_>) -> Vec<FunctionAt<'_>> {
    let mut found = vec![function];
    let mut next = 0;
    while next < found.len() && found.len() < MAX_REACHED {
        for call in found[next].calls() {
            if let Some(callee) = body_of(&called(call))
                && !found.iter().any(|known| is_same(*known, callee))
            {
                found.push(callee);
            }
        }
        next += 1;
    }
    found
}

/// The functions of a route's handler: what it is, or what is written in it where it is wrapped (`wrap(async (req) => ..)`);
/// with what they call.
pub(super) fn handled(handler: At<'_>) -> Vec<FunctionAt<'_>> {
    if let Def::Function(function) = handler.resolve() {
        return reached(function);
    }
    let (code, module, span) = (handler.code, handler.module, handler.span());
    let written = module.functions().filter(|function| span.holds(function.span));
    written.flat_map(|function| reached(FunctionAt { code, module, function })).collect()
}

/// Whether it is one and the same function.
pub(super) fn is_same(a: FunctionAt<'_>, b: FunctionAt<'_>) -> bool {
    a.module.path == b.module.path && a.function.span == b.function.span
}

/// As written.
pub(super) fn source(function: FunctionAt<'_>) -> &str {
    function.module.source(function.function.span)
}

/// The functions around a place, the outermost first.
pub(super) fn around<'a>(call: &CallAt<'a>) -> Vec<FunctionAt<'a>> {
    let module = call.at.module;
    let all = module.functions_around(call.at.span()).into_iter();
    all.map(|function| FunctionAt { code: call.at.code, module, function }).collect()
}
