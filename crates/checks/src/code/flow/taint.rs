//! Whether what a function is given reaches something that must not simply get it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Place;
use crate::code::ast::{Expr, ExprKind, Pattern, PatternKind, Stmt, StmtKind};
use crate::code::at::{At, CallAt, FunctionAt};
use crate::code::resolve::{Def, package_of};

/// What of a parameter comes from outside: `Source { param: 0, path: "body" }` is `req.body` of `(req, res) => ..`.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Which parameter.
    pub param: usize,
    /// Which part of it, with dots; all of it, if empty.
    pub path: &'static str,
}

/// A call that must not simply get what comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// The package that it is of; empty for what the language gives (`fetch`, `URL`), `*` for a method of whatever it
    /// is of (`readUrl`).
    pub package: &'static str,
    /// Its last name; `*` for all of the package.
    pub name: &'static str,
    /// Which argument; `None` for any.
    pub arg: Option<usize>,
}

/// A way from a source to a sink.
#[derive(Clone, Debug)]
pub struct Flow<'a> {
    /// Which of the sinks.
    pub sink: Sink,
    /// The call.
    pub call: CallAt<'a>,
    /// Which argument.
    pub arg: usize,
    /// Where it is taken from what is given, and where it passes; in order, without the sink.
    pub chain: Vec<Place>,
    /// The conditions before it that ask something else about such a value: `if (!ALLOWED.includes(name))`. Whether
    /// they protect is for the caller to say.
    pub checks: Vec<Place>,
}

/// Calls in calls that are followed.
const MAX_CALLS: u8 = 4;
/// Levels of expressions and statements, over all calls. The stack ends here.
const MAX_LEVELS: u16 = 400;
/// Expressions that are looked at for one function.
const MAX_STEPS: u32 = 100_000;
/// Places of a chain.
const MAX_CHAIN: usize = 12;

/// The ways from the sources to the sinks in a function and in the functions of the repository that it calls. One for
/// each place of a sink.
pub fn flows<'a>(function: FunctionAt<'a>, sources: &[Source], sinks: &[Sink]) -> Vec<Flow<'a>> {
    let mut run = Run {
        sources,
        sinks,
        found: Vec::new(),
        checks: Vec::new(),
        names: HashMap::new(),
        returned: Taint::Clean,
        calls: 0,
        levels: 0,
        steps: 0,
        is_branch: false,
    };
    for (at, param) in function.function.params.iter().enumerate() {
        let given = run.part(Taint::Given(at, Vec::new()), function, param);
        run.bind(function, param, &given);
    }
    run.stmts(function, &function.function.body);
    let mut found = run.found;
    found.sort_by(|a, b| {
        (&a.call.at.module.path, a.call.at.span()).cmp(&(&b.call.at.module.path, b.call.at.span()))
    });
    found.dedup_by(|a, b| {
        a.call.at.module.path == b.call.at.module.path && a.call.at.span() == b.call.at.span()
    });
    found
}

/// What is known about a value.
#[derive(Clone, Debug)]
enum Taint {
    Clean,
    /// A part of a parameter that is not a source itself, but may hold one.
    Given(usize, Vec<Arc<str>>),
    /// From outside, with the places that it passed.
    Outside(Vec<Place>),
}

impl Taint {
    fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Taint::Outside(_), _) => self,
            (_, Taint::Outside(_)) | (Taint::Clean, _) => other,
            _ => self,
        }
    }

    fn passing(self, place: Place) -> Self {
        match self {
            Taint::Outside(mut chain) => {
                if chain.len() < MAX_CHAIN && chain.last() != Some(&place) {
                    chain.push(place);
                }
                Taint::Outside(chain)
            }
            other => other,
        }
    }
}

/// A declared name: its module and the first byte of its declaration.
type Name = (Arc<str>, u32);

struct Run<'a, 's> {
    sources: &'s [Source],
    sinks: &'s [Sink],
    found: Vec<Flow<'a>>,
    checks: Vec<Place>,
    names: HashMap<Name, Taint>,
    returned: Taint,
    calls: u8,
    levels: u16,
    steps: u32,
    /// Whether what is looked at may be skipped when it runs, so that an assignment leaves the old value possible.
    is_branch: bool,
}

impl<'a> Run<'a, '_> {
    fn stmts(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) {
        for stmt in stmts {
            if self.levels >= MAX_LEVELS {
                return;
            }
            self.levels += 1;
            self.stmt(inside, stmt);
            self.levels -= 1;
        }
    }

    fn branch(&mut self, inside: FunctionAt<'a>, stmts: &'a [Stmt]) {
        let before = std::mem::replace(&mut self.is_branch, true);
        self.stmts(inside, stmts);
        self.is_branch = before;
    }

    fn stmt(&mut self, inside: FunctionAt<'a>, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Expr(expr) | StmtKind::Throw(expr) => {
                self.expr(inside, expr);
            }
            StmtKind::Var(all) => {
                for one in all {
                    if let Some(value) = &one.value {
                        let taint = self.expr(inside, value);
                        let taint = self.part(taint, inside, &one.pattern);
                        self.bind(inside, &one.pattern, &taint);
                    }
                }
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let taint = self.expr(inside, value);
                    self.returned = std::mem::replace(&mut self.returned, Taint::Clean).or(taint);
                }
            }
            StmtKind::If { test, then, otherwise } => {
                self.test(inside, test);
                self.branch(inside, std::slice::from_ref(&**then));
                if let Some(otherwise) = otherwise {
                    self.branch(inside, std::slice::from_ref(&**otherwise));
                }
            }
            StmtKind::Switch { on, cases } => {
                let on = self.expr(inside, on);
                if let Taint::Outside(_) = on {
                    self.checks.push(inside.module.place(stmt.span));
                }
                for case in cases {
                    self.branch(inside, &case.body);
                }
            }
            StmtKind::Loop { head, each, body, .. } => {
                if let Some((pattern, over)) = each {
                    let taint = self.expr(inside, over);
                    let taint = self.part(taint, inside, pattern);
                    self.bind(inside, pattern, &taint);
                }
                self.stmts(inside, head);
                // What the end of a round does, the next one sees.
                self.branch(inside, std::slice::from_ref(&**body));
                self.branch(inside, std::slice::from_ref(&**body));
            }
            StmtKind::Try { block, handler, finalizer } => {
                self.stmts(inside, block);
                self.branch(inside, handler.as_deref().unwrap_or_default());
                self.stmts(inside, finalizer);
            }
            StmtKind::Block(body) => self.stmts(inside, body),
            StmtKind::Function(_)
            | StmtKind::Class(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Other => {}
        }
    }

    /// A condition. One that hands such a value to a call asks more than whether it is there.
    fn test(&mut self, inside: FunctionAt<'a>, test: &'a Expr) {
        use crate::code::walk::Walk as _;
        let mut calls = Vec::new();
        test.walk(&mut |expr| {
            if let ExprKind::Call(call) = &expr.kind {
                calls.push((expr, call));
            }
        });
        self.expr(inside, test);
        for (expr, call) in calls {
            let asks = call
                .args
                .iter()
                .chain([&*call.callee])
                .any(|part| matches!(self.expr(inside, part), Taint::Outside(_)));
            if asks {
                self.checks.push(inside.module.place(expr.span));
            }
        }
    }

    fn expr(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Taint {
        if self.levels >= MAX_LEVELS || self.steps >= MAX_STEPS {
            return Taint::Clean;
        }
        self.levels += 1;
        self.steps += 1;
        let taint = self.expr_below(inside, expr);
        self.levels -= 1;
        taint
    }

    fn expr_below(&mut self, inside: FunctionAt<'a>, expr: &'a Expr) -> Taint {
        let place = || inside.module.place(expr.span);
        match &expr.kind {
            ExprKind::Ident(name) => {
                let binding = inside.module.binding(name, expr.span);
                let declared = binding.map(|binding| (Arc::clone(&inside.module.path), binding.span.start));
                declared.and_then(|declared| self.names.get(&declared)).cloned().unwrap_or(Taint::Clean)
            }
            ExprKind::Member { object, name, .. } => {
                let of = self.expr(inside, object);
                match &**name {
                    "length" | "size" => Taint::Clean,
                    _ => self.step(of, name, place),
                }
            }
            ExprKind::Index { object, index } => {
                let of = self.expr(inside, object);
                self.expr(inside, index);
                self.step(of, &Arc::from("*"), place)
            }
            ExprKind::Call(call) => self.call(inside, CallAt { at: inside.at(expr), call }, false),
            ExprKind::New(call) => self.call(inside, CallAt { at: inside.at(expr), call }, true),
            ExprKind::Await(inner) | ExprKind::Spread(inner) => self.expr(inside, inner),
            ExprKind::Template { parts, .. } => self.all(inside, parts).passing(place()),
            ExprKind::Array(parts) | ExprKind::Other(parts) => self.all(inside, parts),
            ExprKind::Object(properties) => {
                let mut taint = Taint::Clean;
                for property in properties {
                    let value = self.expr(inside, &property.value);
                    // An object that holds the whole request is not from outside as such.
                    if let Taint::Outside(_) = value {
                        taint = taint.or(value);
                    }
                }
                taint
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.expr(inside, left), self.expr(inside, right));
                match *op {
                    "+" | "||" | "??" | "&&" => left.or(right),
                    _ => Taint::Clean,
                }
            }
            ExprKind::Unary { operand, .. } => {
                self.expr(inside, operand);
                Taint::Clean
            }
            ExprKind::Conditional { test, then, otherwise } => {
                self.test(inside, test);
                self.expr(inside, then).or(self.expr(inside, otherwise))
            }
            ExprKind::Assign { target, value, .. } => {
                let taint = self.expr(inside, value);
                let part = self.part(taint.clone(), inside, target);
                self.bind(inside, target, &part);
                taint
            }
            ExprKind::Sequence(parts) => {
                parts.iter().map(|part| self.expr(inside, part)).last().unwrap_or(Taint::Clean)
            }
            ExprKind::Function(function) => {
                // A function that is handed on is run with what is known here.
                let returned = std::mem::replace(&mut self.returned, Taint::Clean);
                self.branch(inside, &function.body);
                std::mem::replace(&mut self.returned, returned)
            }
            ExprKind::Import(inner) => {
                self.expr(inside, inner);
                Taint::Clean
            }
            _ => Taint::Clean,
        }
    }

    fn all(&mut self, inside: FunctionAt<'a>, parts: &'a [Expr]) -> Taint {
        let mut taint = Taint::Clean;
        for part in parts {
            taint = taint.or(self.expr(inside, part));
        }
        taint
    }

    /// A part of a value.
    fn step(&self, of: Taint, name: &Arc<str>, place: impl Fn() -> Place) -> Taint {
        match of {
            Taint::Given(param, mut path) => {
                path.push(Arc::clone(name));
                self.given(param, path, place)
            }
            other => other,
        }
    }

    /// A part of a parameter: from outside, if a source says so.
    fn given(&self, param: usize, path: Vec<Arc<str>>, place: impl Fn() -> Place) -> Taint {
        let is = |source: &Source| {
            let mut parts = source.path.split('.').filter(|part| !part.is_empty());
            let mut own = path.iter();
            source.param == param && parts.all(|part| own.next().is_some_and(|own| &**own == part))
        };
        if self.sources.iter().any(is) { Taint::Outside(vec![place()]) } else { Taint::Given(param, path) }
    }

    /// What a source says about a whole parameter that is bound to a pattern.
    fn part(&self, taint: Taint, inside: FunctionAt<'a>, pattern: &'a Pattern) -> Taint {
        match taint {
            Taint::Given(param, path) => self.given(param, path, || inside.module.place(pattern.span)),
            other => other,
        }
    }

    fn bind(&mut self, inside: FunctionAt<'a>, pattern: &'a Pattern, taint: &Taint) {
        if self.levels >= MAX_LEVELS {
            return;
        }
        self.levels += 1;
        let place = |pattern: &Pattern| inside.module.place(pattern.span);
        match &pattern.kind {
            PatternKind::Name(name) => {
                let declared =
                    inside.module.binding(name, pattern.span).map_or(pattern.span, |found| found.span);
                let key = (Arc::clone(&inside.module.path), declared.start);
                let taint = taint.clone().passing(place(pattern));
                let old = if self.is_branch { self.names.remove(&key) } else { None };
                self.names.insert(key, taint.or(old.unwrap_or(Taint::Clean)));
            }
            // `options.url = x` makes the whole from outside.
            PatternKind::Place(expr) => {
                if let (Taint::Outside(_), ExprKind::Member { object, .. } | ExprKind::Index { object, .. }) =
                    (taint, &expr.kind)
                    && let ExprKind::Ident(name) = &object.kind
                    && let Some(binding) = inside.module.binding(name, object.span)
                {
                    let key = (Arc::clone(&inside.module.path), binding.span.start);
                    self.names.insert(key, taint.clone().passing(place(pattern)));
                }
            }
            PatternKind::Object { entries, rest } => {
                for (key, inner) in entries {
                    let key = key.clone().unwrap_or_else(|| Arc::from("*"));
                    let part = self.step(taint.clone(), &key, || place(inner));
                    self.bind(inside, inner, &part);
                }
                if let Some(rest) = rest {
                    self.bind(inside, rest, taint);
                }
            }
            PatternKind::Array { items, rest } => {
                for inner in items.iter().flatten().chain(rest.as_deref()) {
                    let part = self.step(taint.clone(), &Arc::from("*"), || place(inner));
                    self.bind(inside, inner, &part);
                }
            }
            PatternKind::Default(inner, default) => {
                let default = self.expr(inside, default);
                self.bind(inside, inner, &taint.clone().or(default));
            }
        }
        self.levels -= 1;
    }

    fn call(&mut self, inside: FunctionAt<'a>, call: CallAt<'a>, is_new: bool) -> Taint {
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
        self.reach(call, &callee, &args);
        if let Some(function) = body_of(&callee)
            && !is_new
        {
            return self.enter(function, call, args);
        }
        let name = match &callee {
            Def::External { name, .. } | Def::Global(name) | Def::Member { name, .. } => &**name,
            _ => "",
        };
        let last = name.rsplit('.').next().unwrap_or(name);
        if CLEANS.contains(&last) {
            return Taint::Clean;
        }
        let given = args.into_iter().fold(Taint::Clean, |all, arg| match arg {
            Taint::Outside(_) => all.or(arg),
            _ => all,
        });
        match of {
            Taint::Outside(_) => of.passing(call.place()),
            _ if PASSES.contains(&last) => given.passing(call.place()),
            _ => Taint::Clean,
        }
    }

    fn reach(&mut self, call: CallAt<'a>, callee: &Def<'a>, args: &[Taint]) {
        for sink in self.sinks.iter().filter(|sink| sink.is(callee)) {
            for (at, arg) in args.iter().enumerate() {
                if let Taint::Outside(chain) = arg
                    && sink.arg.is_none_or(|wanted| wanted == at)
                {
                    let checks = self.checks.clone();
                    self.found.push(Flow { sink: *sink, call, arg: at, chain: chain.clone(), checks });
                }
            }
        }
    }

    /// A function of the repository.
    fn enter(&mut self, function: FunctionAt<'a>, call: CallAt<'a>, args: Vec<Taint>) -> Taint {
        if self.calls >= MAX_CALLS || args.iter().all(|arg| matches!(arg, Taint::Clean)) {
            return Taint::Clean;
        }
        self.calls += 1;
        let names = self.names.clone();
        let returned = std::mem::replace(&mut self.returned, Taint::Clean);
        let is_branch = std::mem::replace(&mut self.is_branch, false);
        let checks = self.checks.len();
        for (at, (param, arg)) in function.function.params.iter().zip(args).enumerate() {
            let place = call.arg(at).map_or_else(|| call.place(), At::place);
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

/// What gives back what it is given, in another form.
const PASSES: &[&str] = &[
    "join",
    "resolve",
    "normalize",
    "String",
    "decodeURIComponent",
    "decodeURI",
    "parse",
    "parseAsync",
    "safeParse",
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
];

impl Sink {
    /// Whether it is this that is called.
    fn is(self, callee: &Def<'_>) -> bool {
        let named = |name: &str| self.name == "*" || name.rsplit('.').next() == Some(self.name);
        match callee {
            Def::External { name, .. } => {
                let source = callee.external().map_or("", |(source, _)| source);
                let default = matches!(&**name, "default" | "*") && self.name == "default";
                package_of(source) == self.package && (default || named(name))
            }
            Def::Global(name) if self.package == "*" => name.contains('.') && named(name),
            Def::Global(name) => self.package.is_empty() && &**name == self.name,
            Def::Member { name, object } => match &**object {
                // What a package made: `got.extend(..).get`, `axios.create().post`.
                Def::Value(made) if self.package != "*" => made.call().is_some_and(|call| {
                    matches!(call.callee(), Def::External { source, .. } if package_of(&source) == self.package)
                        && named(name)
                }),
                _ => self.package == "*" && named(name),
            },
            _ => false,
        }
    }
}

/// What is called, looking through `promisify(f)`.
fn called(call: CallAt<'_>) -> Def<'_> {
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

/// The function of the repository that is called, also a method of an object that is made of a class.
fn body_of<'a>(callee: &Def<'a>) -> Option<FunctionAt<'a>> {
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
