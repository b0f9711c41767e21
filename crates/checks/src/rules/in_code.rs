//! What rules about code ask: what a backend is made of, what a function reaches, where data of a request goes.

use std::collections::BTreeSet;

use crate::Place;
use crate::code::ast::{ExprKind, Pattern, PatternKind, Stmt, StmtKind};
use crate::code::{At, CallAt, Code, Def, FunctionAt, package_of};

/// Something that is added to a backend.
pub(super) struct Added<'a> {
    /// Its package; a path for what is of this repository.
    pub(super) package: String,
    /// Where its name is written.
    pub(super) place: Place,
    /// The module that adds it.
    pub(super) path: &'a str,
}

/// Everything that `backend.add(..)` adds, in order.
pub(super) fn added(code: &Code) -> Vec<Added<'_>> {
    let mut found = Vec::new();
    for call in code.calls("add").into_iter().filter(|call| !is_for_development(&call.at.module.path)) {
        let Some(arg) = call.arg(0) else { continue };
        let (package, place) = match &arg.expr.kind {
            ExprKind::Import(source) => (arg.with(source).text(), arg.with(source).place()),
            _ => (source_of(arg), arg.place()),
        };
        if let Some(package) = package.filter(|package| package.contains(['/', '-', '.'])) {
            found.push(Added { package, place, path: &call.at.module.path });
        }
    }
    found
}

/// Whether code is only run by whoever develops a plugin.
pub(super) fn is_for_development(path: &str) -> bool {
    path.contains("/dev/") || path.ends_with("standaloneServer.ts")
}

/// Where what is added comes from: an import, what an imported function makes, or an import that is awaited.
fn source_of(arg: At<'_>) -> Option<String> {
    match arg.resolve() {
        Def::External { source, .. } => Some(source.to_string()),
        Def::Module(module) => Some(module.path.to_string()),
        _ => match &arg.value().expr.kind {
            ExprKind::Await(inner) => source_of(arg.value().with(inner)),
            ExprKind::Import(source) => arg.value().with(source).text(),
            ExprKind::Call(call) => {
                let callee = arg.value().with(&call.callee);
                callee.resolve().external().map(|(source, _)| source.to_owned())
            }
            _ => None,
        },
    }
}

impl Added<'_> {
    pub(super) fn is(&self, package: &str) -> bool {
        package_of(&self.package) == package
    }
}

/// The calls that start a backend of the new system, and the module of each: `backend.start()`.
pub(super) fn starts(code: &Code) -> Vec<CallAt<'_>> {
    let mut found = code.calls("start");
    found.retain(|call| {
        let text = call.at.module.text();
        text.contains("createBackend(")
            && call.receiver().is_some()
            && !is_for_development(&call.at.module.path)
    });
    found
}

/// A function with what it calls in this repository, a few steps deep.
pub(super) fn reached(function: FunctionAt<'_>) -> Vec<FunctionAt<'_>> {
    let mut found = vec![function];
    let mut next = 0;
    while next < found.len() && found.len() < 24 {
        for call in found[next].calls() {
            if let Def::Function(callee) = call.callee()
                && !found.iter().any(|known| known.place() == callee.place())
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
    let written = module.functions().into_iter().filter(|function| span.holds(function.span));
    written.flat_map(|function| reached(FunctionAt { code, module, function })).collect()
}

/// As written.
pub(super) fn source(function: FunctionAt<'_>) -> &str {
    function.module.source(function.function.span)
}

/// The functions around a place, the outermost first.
pub(super) fn around<'a>(call: &CallAt<'a>) -> Vec<FunctionAt<'a>> {
    let module = call.at.module;
    let mut all: Vec<FunctionAt<'a>> = module
        .functions_around(call.at.span())
        .into_iter()
        .map(|function| FunctionAt { code: call.at.code, module, function })
        .collect();
    all.sort_by_key(|function| std::cmp::Reverse(function.function.span.end - function.function.span.start));
    all
}

/// Names that hold something of what a caller sent, in a function: `roots` are what that is at first, like `req.body`.
pub(super) fn tainted(function: FunctionAt<'_>, roots: &[&str]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // A name may be made of one that is made of the caller's, and stand before it.
    for _ in 0..3 {
        let before = names.len();
        spread(&function.function.body, function, roots, &mut names);
        if names.len() == before {
            break;
        }
    }
    names
}

/// Whether an expression holds something of what a caller sent.
pub(super) fn is_tainted(at: At<'_>, roots: &[&str], names: &BTreeSet<String>) -> bool {
    let text = at.source();
    roots.iter().any(|root| text.contains(root)) || words(text).any(|word| names.contains(word))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').filter(|word| !word.is_empty())
}

fn spread(body: &[Stmt], function: FunctionAt<'_>, roots: &[&str], names: &mut BTreeSet<String>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Var(all) => {
                for declarator in all {
                    let holds = declarator
                        .value
                        .as_ref()
                        .is_some_and(|value| is_tainted(function.at(value), roots, names));
                    if holds {
                        name_all(&declarator.pattern, names);
                    }
                }
            }
            StmtKind::If { then, otherwise, .. } => {
                spread(std::slice::from_ref(then), function, roots, names);
                if let Some(otherwise) = otherwise {
                    spread(std::slice::from_ref(otherwise), function, roots, names);
                }
            }
            StmtKind::Block(inner) => spread(inner, function, roots, names),
            StmtKind::Loop { head, each, body, .. } => {
                spread(head, function, roots, names);
                if let Some((pattern, over)) = each
                    && is_tainted(function.at(over), roots, names)
                {
                    name_all(pattern, names);
                }
                spread(std::slice::from_ref(body), function, roots, names);
            }
            StmtKind::Try { block, handler, finalizer } => {
                spread(block, function, roots, names);
                spread(handler.as_deref().unwrap_or_default(), function, roots, names);
                spread(finalizer, function, roots, names);
            }
            StmtKind::Switch { cases, .. } => {
                for case in cases {
                    spread(&case.body, function, roots, names);
                }
            }
            _ => {}
        }
    }
}

fn name_all(pattern: &Pattern, names: &mut BTreeSet<String>) {
    match &pattern.kind {
        PatternKind::Name(name) => {
            names.insert(name.to_string());
        }
        PatternKind::Object { entries, rest } => {
            for (_, inner) in entries {
                name_all(inner, names);
            }
            if let Some(inner) = rest {
                name_all(inner, names);
            }
        }
        PatternKind::Array { items, rest } => {
            for inner in items.iter().flatten() {
                name_all(inner, names);
            }
            if let Some(inner) = rest {
                name_all(inner, names);
            }
        }
        PatternKind::Default(inner, _) => name_all(inner, names),
        PatternKind::Place(_) => {}
    }
}
