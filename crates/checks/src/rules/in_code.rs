//! What rules about code ask: what a function reaches, and what stands around a call.

use crate::code::flow::{bodies_of, body_of, called};
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

/// A function with what it surely calls in this repository, a few steps deep.
pub(super) fn reached(function: FunctionAt<'_>) -> Vec<FunctionAt<'_>> {
    reached_by(function, |call| body_of(&called(call)).into_iter().collect())
}

/// The same, with methods of which only the name is known.
pub(super) fn perhaps_reached(function: FunctionAt<'_>) -> Vec<FunctionAt<'_>> {
    reached_by(function, |call| bodies_of(call, &called(call)))
}

fn reached_by<'a>(
    function: FunctionAt<'a>,
    bodies: impl Fn(CallAt<'a>) -> Vec<FunctionAt<'a>>,
) -> Vec<FunctionAt<'a>> {
    let mut found = vec![function];
    let mut next = 0;
    while next < found.len() && found.len() < MAX_REACHED {
        for call in found[next].calls() {
            for callee in bodies(call) {
                if !found.iter().any(|known| is_same(*known, callee)) {
                    found.push(callee);
                }
            }
        }
        next += 1;
    }
    found
}

/// The functions of a route's handler: what it is, or what is written in it where it is wrapped (`wrap(async (req) => ..)`);
/// with what they surely call.
pub(super) fn handled(handler: At<'_>) -> Vec<FunctionAt<'_>> {
    written(handler).into_iter().flat_map(reached).collect()
}

/// The same, with methods of which only the name is known.
pub(super) fn perhaps_handled(handler: At<'_>) -> Vec<FunctionAt<'_>> {
    written(handler).into_iter().flat_map(perhaps_reached).collect()
}

/// The functions that a route's handler is made of.
pub(super) fn written(handler: At<'_>) -> Vec<FunctionAt<'_>> {
    if let Def::Function(function) = handler.resolve() {
        return vec![function];
    }
    let (code, module, span) = (handler.code, handler.module, handler.span());
    let written = module.functions().filter(|function| span.holds(function.span));
    let mut found: Vec<_> = written.map(|function| FunctionAt { code, module, function }).collect();
    // What makes the handler: `router.post('/x', decide('approve'))`.
    if let Some(Def::Function(made)) = handler.call().map(CallAt::callee) {
        found.push(made);
    }
    found
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
