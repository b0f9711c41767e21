//! Calls: of sinks, of functions of the repository, and of others.

use std::sync::Arc;

use crate::code::ast::{Expr, ExprKind, Pattern, PatternKind};
use crate::code::at::{At, CallAt, FunctionAt};
use crate::code::flow::sink::Flow;
use crate::code::flow::taint::{MAX_CALLS, Run, Taint, Way};
use crate::code::methods;
use crate::code::resolve::Def;

/// Keys of an object that are told apart.
const MAX_PARTS: usize = 64;

/// What gives back what it is given, in another form.
const PASSES: &[&str] = &[
    "join",
    "resolve",
    "normalize",
    "dirname",
    "String",
    "decodeURIComponent",
    "decodeURI",
    "parse",
    "parseAsync",
    "safeParse",
    "safeParseAsync",
    "validate",
    "validateAsync",
    "validateSync",
    "cast",
    "atob",
    "stringify",
    "format",
    "from",
    "concat",
    "assign",
    "entries",
    "keys",
    "values",
    "fromEntries",
    "merge",
    "URL",
    "URLSearchParams",
    "all",
    "promisify",
    "Request",
    "pathToFileURL",
    "fileURLToPath",
];

/// What makes it harmless, or something else.
const CLEANS: &[&str] = &[
    "encodeURIComponent",
    "Number",
    "parseInt",
    "parseFloat",
    "Boolean",
    "resolveSafeChildPath",
    "isChildPath",
    "test",
    "includes",
    "has",
    "startsWith",
    "endsWith",
    "indexOf",
    "createHash",
    "digest",
    "escape",
    "quote",
    "basename",
    "kebabCase",
    "snakeCase",
    "camelCase",
    "slugify",
];

/// Functions that are called so that they mend what they are given.
fn is_mending(name: &str) -> bool {
    ["sanitize", "sanitise", "safe", "escape"].iter().any(|word| name.starts_with(word))
        && name != "safeParse"
        && name != "safeParseAsync"
}

impl<'a> Run<'a, '_> {
    pub(super) fn call(&mut self, inside: FunctionAt<'a>, call: CallAt<'a>, is_new: bool) -> Taint {
        let of = self.expr(inside, &call.call.callee);
        let callee = called(call);
        let mut args = Vec::new();
        for arg in &call.call.args {
            if let ExprKind::Function(function) = &arg.kind {
                // What is called with each item of a value is given that value.
                for param in function.params.iter().filter(|_| matches!(of, Taint::Outside(_))) {
                    self.bind(inside, param, &of);
                }
            }
            args.push(self.expr(inside, arg));
        }
        self.reach(inside, call, &callee, &args);
        if self.origin.is_some_and(|origin| is_same(origin, call)) {
            return Taint::Outside(Way::new(call.place()));
        }
        let bodies = if is_new { Vec::new() } else { bodies_of(call, &callee) };
        if !bodies.is_empty() {
            let entered = bodies.into_iter().map(|function| self.enter(function, call, args.clone()));
            return entered.fold(Taint::Clean, Taint::or);
        }
        let name = match &callee {
            Def::External { name, .. } | Def::Global(name) | Def::Member { name, .. } => &**name,
            _ => "",
        };
        let last = name.rsplit('.').next().unwrap_or(name);
        if CLEANS.contains(&last) || is_mending(last) {
            return Taint::Clean;
        }
        let given = args.into_iter().fold(Taint::Clean, |all, arg| match arg {
            Taint::Outside(_) => all.or(arg),
            _ => all,
        });
        match of {
            // A piece between slashes leads nowhere else.
            Taint::Outside(_) if last == "split" => of.passing(call.place()).joined(call.place(), false),
            Taint::Outside(_) => of.passing(call.place()),
            // What is joined to something begins with that.
            _ if last == "join" && call.call.args.len() > 1 => {
                given.behind().passing(call.place()).joined(call.place(), true)
            }
            _ if last == "resolve" => given.passing(call.place()).joined(call.place(), true),
            _ if PASSES.contains(&last) => given.passing(call.place()),
            _ => Taint::Clean,
        }
    }

    pub(super) fn reach(
        &mut self,
        inside: FunctionAt<'a>,
        call: CallAt<'a>,
        callee: &Def<'a>,
        args: &[Taint],
    ) {
        let sinks = self.sinks;
        for sink in sinks.iter().filter(|sink| sink.is(callee)) {
            for (at, arg) in args.iter().enumerate() {
                let Taint::Outside(way) = arg else { continue };
                if sink.arg.is_some_and(|wanted| wanted != at) {
                    continue;
                }
                let checks = self.checks.clone();
                let flow = |way: Way, key| Flow {
                    sink: *sink,
                    call,
                    arg: at,
                    key,
                    leads: way.leads,
                    joined: way.joined,
                    chain: way.chain,
                    checks: checks.clone(),
                };
                match call.call.args.get(at).map(|arg| &arg.kind) {
                    Some(ExprKind::Object(properties)) => {
                        for property in properties {
                            if let Taint::Outside(way) = self.expr(inside, &property.value) {
                                self.found.push(flow(way, property.key.clone()));
                            }
                        }
                    }
                    _ => self.found.push(flow(way.clone(), None)),
                }
            }
        }
    }

    /// A function of the repository.
    pub(super) fn enter(&mut self, function: FunctionAt<'a>, call: CallAt<'a>, args: Vec<Taint>) -> Taint {
        let has_nothing = args.iter().all(|arg| matches!(arg, Taint::Clean));
        if self.calls >= MAX_CALLS || has_nothing && self.origin.is_none() {
            return Taint::Clean;
        }
        self.calls += 1;
        let names = self.names.clone();
        let returned = std::mem::replace(&mut self.returned, Taint::Clean);
        let is_branch = std::mem::replace(&mut self.is_branch, false);
        let checks = self.checks.len();
        for (at, (param, arg)) in function.function.params.iter().zip(args).enumerate() {
            let place = call.arg(at).map_or_else(|| call.place(), At::place);
            if let Some(parts) = call.call.args.get(at).and_then(|given| self.parts(call, given, param, &arg))
            {
                for (inner, part) in parts {
                    self.bind(function, inner, &part.passing(place.clone()));
                }
                continue;
            }
            self.bind(function, param, &arg.passing(place));
        }
        self.stmts(function, &function.function.body);
        self.names = names;
        self.is_branch = is_branch;
        self.checks.truncate(checks);
        self.calls -= 1;
        std::mem::replace(&mut self.returned, returned)
    }
}

impl<'a> Run<'a, '_> {
    /// What each part of a parameter is given, where it takes an object apart that is written at the call:
    /// `list({ baseUrl, name: req.params.name })` gives its base nothing from outside.
    fn parts(
        &self,
        call: CallAt<'a>,
        given: &'a Expr,
        param: &'a Pattern,
        whole: &Taint,
    ) -> Option<Vec<(&'a Pattern, Taint)>> {
        let ExprKind::Object(properties) = &given.kind else { return None };
        let PatternKind::Object { entries, rest: None } = &param.kind else { return None };
        if properties.len() > MAX_PARTS || properties.iter().any(|property| property.key.is_none()) {
            return None;
        }
        let module = call.at.module;
        let part = |key: &Option<Arc<str>>| {
            let property = properties.iter().rev().find(|property| property.key == *key);
            match property.map(|property| &property.value) {
                None => Taint::Clean,
                Some(value) => match &value.kind {
                    ExprKind::Ident(name) => {
                        let binding = module.binding(name, value.span);
                        let key = binding.map(|found| (Arc::clone(&module.path), found.span.start));
                        key.and_then(|key| self.names.get(&key)).cloned().unwrap_or(Taint::Clean)
                    }
                    ExprKind::String(_) | ExprKind::Number(_) => Taint::Clean,
                    _ => whole.clone(),
                },
            }
        };
        Some(entries.iter().map(|(key, inner)| (inner, part(key))).collect())
    }
}

fn is_same(a: CallAt<'_>, b: CallAt<'_>) -> bool {
    a.at.module.path == b.at.module.path && a.at.span() == b.at.span()
}

/// What is called, looking through `promisify(f)`.
pub(crate) fn called(call: CallAt<'_>) -> Def<'_> {
    match call.callee() {
        Def::Value(made) => match made.call() {
            Some(inner) if inner.name() == Some("promisify") => {
                inner.arg(0).map_or(Def::Unknown, At::resolve)
            }
            _ => Def::Value(made),
        },
        def => def,
    }
}

/// The functions of the repository that a call may mean; more than one only where all that is known is the name of a
/// method.
pub(crate) fn bodies_of<'a>(call: CallAt<'a>, callee: &Def<'a>) -> Vec<FunctionAt<'a>> {
    match body_of(callee) {
        Some(function) => vec![function],
        None => methods::meant(call, callee),
    }
}

/// The function of the repository that is called, also a method of an object that is made of a class.
pub(crate) fn body_of<'a>(callee: &Def<'a>) -> Option<FunctionAt<'a>> {
    match callee {
        Def::Function(function) => Some(*function),
        Def::Member { object, name } => match &**object {
            Def::Value(made) => match (&made.expr.kind, made.call()?.callee()) {
                (ExprKind::New(_), Def::Class(class)) => class.method(name),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
