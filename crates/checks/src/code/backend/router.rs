//! Routers of express, with their routes and middleware.

use crate::Place;
use crate::code::ast::{ExprKind, Span};
use crate::code::binding::Bound;
use crate::code::flow::returns;
use crate::code::{At, CallAt, Code, Constant, Def, FunctionAt, Module};

/// A router, or an application.
#[derive(Clone, Debug)]
pub struct Router<'a> {
    /// The call that makes it.
    pub made: CallAt<'a>,
    /// Its name.
    pub name: &'a str,
    /// Its routes and its middleware, in order.
    pub entries: Vec<Entry<'a>>,
    declared: Span,
}

/// A route, or middleware.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// What it answers.
    pub method: Method,
    /// The path it is for: unknown, where that is not written; `/` for middleware without one.
    pub path: Constant,
    /// Where the path is written; without one, the call.
    pub place: Place,
    /// Its handlers: functions, routers, middleware; in order.
    pub handlers: Vec<At<'a>>,
    /// The call: `router.get('/x', ..)`.
    pub call: CallAt<'a>,
}

/// What a route answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Middleware, or a router in it: `use`.
    Use,
    /// `get`, also `head`.
    Get,
    /// `post`
    Post,
    /// `put`
    Put,
    /// `patch`
    Patch,
    /// `delete`
    Delete,
    /// `all`, and others.
    All,
}

impl Method {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "use" => Self::Use,
            "get" | "head" => Self::Get,
            "post" => Self::Post,
            "put" => Self::Put,
            "patch" => Self::Patch,
            "delete" => Self::Delete,
            "all" | "options" => Self::All,
            _ => return None,
        })
    }

    /// Whether it is made to change something.
    pub fn changes(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch | Self::Delete)
    }
}

impl<'a> Entry<'a> {
    /// The functions that handle it, in order: also those that a call is given or gives back, as in
    /// `router.get('/x', wrap(async (req, res) => ..))`.
    pub fn functions(&self) -> Vec<FunctionAt<'a>> {
        let mut found = Vec::new();
        for handler in &self.handlers {
            if let Some(function) = handler.function() {
                found.push(function);
                continue;
            }
            let Some(call) = handler.call() else { continue };
            if let Def::Function(made) = call.callee() {
                found.extend(returns(made).into_iter().filter_map(|way| way.value?.function()));
            }
            found.extend(call.args().filter_map(At::function));
        }
        found
    }
}

impl<'a> Router<'a> {
    /// Its routes, without middleware.
    pub fn routes(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.entries.iter().filter(|entry| entry.method != Method::Use)
    }

    /// The middleware that runs before an entry.
    pub fn before<'b>(&'b self, entry: &'b Entry<'a>) -> impl Iterator<Item = &'b Entry<'a>> {
        let at = entry.call.name_span();
        self.entries.iter().filter(move |other| other.method == Method::Use && other.call.name_span() < at)
    }

    /// Its module.
    pub fn module(&self) -> &'a Module {
        self.made.at.module
    }
}

impl Code {
    /// The routers that have a name, in the order of files and places.
    pub fn routers(&self) -> Vec<Router<'_>> {
        let words = ["Router", "express"].map(memchr::memmem::Finder::new);
        let named = |module: &&Module| words.iter().any(|word| word.find(module.text().as_bytes()).is_some());
        let mut found: Vec<Router<'_>> =
            self.modules().filter(named).flat_map(|module| self.routers_in(module)).collect();
        found.sort_by(|a, b| (&a.module().path, a.declared).cmp(&(&b.module().path, b.declared)));
        found
    }

    /// The routers of a module.
    pub fn routers_in<'a>(&'a self, module: &'a Module) -> Vec<Router<'a>> {
        let mut found: Vec<Router<'a>> = Vec::new();
        for call in self.calls_in(module) {
            let Some((base, path)) = base(call) else { continue };
            let (Some(method), ExprKind::Ident(name)) = (call.name().and_then(Method::of), &base.expr.kind)
            else {
                continue;
            };
            let Some(binding) = module.binding(name, base.span()) else { continue };
            if !matches!(binding.bound, Bound::Value { .. }) {
                continue;
            }
            let declared = binding.span;
            let at = found.iter().position(|router| router.declared == declared).or_else(|| {
                let made = made(base)?;
                found.push(Router { made, name, entries: Vec::new(), declared });
                Some(found.len() - 1)
            });
            if let Some(router) = at.and_then(|at| found.get_mut(at)) {
                router.entries.push(entry(call, method, path));
            }
        }
        found
    }

    /// The router that an expression stands for: its name, or a call of a function of the repository that returns it.
    pub fn router_of<'a>(&'a self, at: At<'a>) -> Option<Router<'a>> {
        self.router_at(at, 0)
    }

    fn router_at<'a>(&'a self, at: At<'a>, depth: u8) -> Option<Router<'a>> {
        if depth > 6 {
            return None;
        }
        let inner = match &at.expr.kind {
            ExprKind::Await(inner) => return self.router_at(at.with(inner), depth + 1),
            ExprKind::Ident(name) => {
                let binding = at.module.binding(name, at.span())?;
                let declared = binding.span;
                if let Some(router) =
                    self.routers_in(at.module).into_iter().find(|router| router.declared == declared)
                {
                    return Some(router);
                }
                at.value()
            }
            _ => at,
        };
        let (ExprKind::Call(call) | ExprKind::New(call)) = &inner.expr.kind else { return None };
        let Def::Function(function) = (CallAt { at: inner, call }).callee() else { return None };
        returns(function)
            .into_iter()
            .rev()
            .filter_map(|way| way.value)
            .find_map(|value| self.router_at(value, depth + 1))
    }
}

/// What the call of a method of a router starts from: `router` of `router.get('/a', f).post('/b', g)`, with the path
/// of `router.route('/a')`.
fn base(call: CallAt<'_>) -> Option<(At<'_>, Option<At<'_>>)> {
    let mut at = call.receiver()?;
    let mut path = None;
    for _ in 0..200 {
        let ExprKind::Call(inner) = &at.expr.kind else { break };
        let inner = CallAt { at, call: inner };
        match inner.name() {
            Some("route") => path = inner.arg(0),
            Some(name) if Method::of(name).is_some() => {}
            _ => return None,
        }
        at = inner.receiver()?;
    }
    Some((at, path))
}

/// The call that makes a router, if that is what a name stands for.
fn made(at: At<'_>) -> Option<CallAt<'_>> {
    let Def::Value(value) = at.resolve() else { return None };
    let call = value.call()?;
    let is = match call.callee() {
        Def::External { source, name } => match &*source {
            "express" => matches!(&*name, "Router" | "default" | "*" | "default.Router" | "application"),
            "express-promise-router" => true,
            _ => name.contains("OpenApiRouter"),
        },
        Def::Function(function) => function.function.name.as_deref() == Some("createOpenApiRouter"),
        _ => call.name() == Some("createOpenApiRouter"),
    };
    is.then_some(call)
}

fn entry<'a>(call: CallAt<'a>, method: Method, path: Option<At<'a>>) -> Entry<'a> {
    let mut handlers: Vec<At<'a>> = call.args().collect();
    let written = path.or_else(|| {
        let first = *handlers.first()?;
        let is_path = match method {
            // Middleware may come without one.
            Method::Use => {
                matches!(first.constant(), Constant::Text(_) | Constant::Outside { .. })
                    || matches!(
                        first.expr.kind,
                        ExprKind::Array(_) | ExprKind::Regex(_) | ExprKind::Template { .. }
                    )
            }
            _ => true,
        };
        is_path.then(|| handlers.remove(0))
    });
    // A list of handlers is as good as the handlers.
    let handlers = handlers.into_iter().flat_map(|at| match at.items() {
        items if items.is_empty() => vec![at],
        items => items,
    });
    Entry {
        method,
        path: match written {
            None if method == Method::Use => Constant::Text("/".to_owned()),
            None => Constant::Unknown,
            Some(path) => path.constant(),
        },
        place: written.map_or_else(|| call.place(), At::place),
        handlers: handlers.collect(),
        call,
    }
}
