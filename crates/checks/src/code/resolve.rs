//! What names stand for, across modules.

use std::sync::Arc;

use crate::code::Code;
use crate::code::ast::{Class, Expr, ExprKind, Span};
use crate::code::at::{At, FunctionAt};
use crate::code::binding::{Bound, Imported};
use crate::code::module::{Exported, Module};
use crate::code::paths::Meant;

/// What an expression stands for.
#[derive(Clone, Debug)]
pub enum Def<'a> {
    /// Something of a package that is not of this repository.
    External {
        /// The module as imported: `@backstage/plugin-catalog-backend/alpha`.
        source: Arc<str>,
        /// Its export, with what is taken of that: `coreServices.httpAuth`; `*` for the whole module.
        name: Arc<str>,
    },
    /// A module of this repository.
    Module(&'a Module),
    /// A function.
    Function(FunctionAt<'a>),
    /// A class.
    Class(ClassAt<'a>),
    /// An expression that is not a name: a literal, an object, a call.
    Value(At<'a>),
    /// A parameter, or a part of one; an item of a loop; a caught error.
    Param {
        /// The module.
        module: &'a Module,
        /// Where its name is declared.
        declared: Span,
    },
    /// Something that the language or Node.js gives: `process.env.HOME`, `fetch`.
    Global(Arc<str>),
    /// A property of something, where no more is known: `router.get`, `req.body`.
    Member {
        /// Of what.
        object: Box<Def<'a>>,
        /// Its name.
        name: Arc<str>,
    },
    /// Not known.
    Unknown,
}

/// A class where it stands.
#[derive(Clone, Copy, Debug)]
pub struct ClassAt<'a> {
    /// All code.
    pub code: &'a Code,
    /// The module that it stands in.
    pub module: &'a Module,
    /// The class.
    pub class: &'a Class,
}

impl<'a> ClassAt<'a> {
    /// A method or a function in a property.
    pub fn method(self, name: &str) -> Option<FunctionAt<'a>> {
        let member = self.class.members.iter().find(|member| member.name.as_deref() == Some(name))?;
        At { code: self.code, module: self.module, expr: member.value.as_ref()? }.function()
    }
}

impl Def<'_> {
    /// Whether it is a name of a package. `package` may be a package (`express`, then any path below it will do) and
    /// `name` an export with what is taken of it (`Router`); `default` also stands for the whole module, as packages of
    /// the old kind are imported in either way.
    pub fn is(&self, package: &str, name: &str) -> bool {
        self.external().is_some_and(|(source, own)| {
            package_of(source) == package && (own == name || (own == "*" && name == "default"))
        })
    }

    /// The module and the name, for something of a package; Node.js's own come without `node:`.
    pub fn external(&self) -> Option<(&str, &str)> {
        match self {
            Def::External { source, name } => Some((source.strip_prefix("node:").unwrap_or(source), name)),
            _ => None,
        }
    }

    /// The name of a property of something.
    pub fn member_name(&self) -> Option<&str> {
        match self {
            Def::Member { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// The package of a module: `@backstage/core` of `@backstage/core/alpha`.
pub fn package_of(source: &str) -> &str {
    let source = source.strip_prefix("node:").unwrap_or(source);
    let parts = if source.starts_with('@') { 2 } else { 1 };
    match source.match_indices('/').nth(parts - 1) {
        Some((at, _)) => &source[..at],
        None => source,
    }
}

/// Steps of one answer: names, exports and properties that are followed. Cycles end here.
const MAX_STEPS: u32 = 400;
/// Names that stand for names. The stack ends here.
const MAX_DEPTH: u32 = 48;

struct Trail<'a> {
    code: &'a Code,
    steps: u32,
    depth: u32,
}

pub(super) fn of(at: At<'_>) -> Def<'_> {
    Trail::new(at.code).expr(at)
}

/// A property of what is known.
pub(super) fn member<'a>(code: &'a Code, of: Def<'a>, name: &str) -> Def<'a> {
    Trail::new(code).member(of, name)
}

/// An export of a module.
pub(super) fn export<'a>(code: &'a Code, module: &'a Module, name: &str) -> Def<'a> {
    Trail::new(code).export(module, name)
}

impl<'a> Trail<'a> {
    fn new(code: &'a Code) -> Self {
        Self { code, steps: 0, depth: 0 }
    }

    fn expr(&mut self, at: At<'a>) -> Def<'a> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return Def::Unknown;
        }
        self.depth += 1;
        let def = self.expr_below(at);
        self.depth -= 1;
        def
    }

    fn expr_below(&mut self, at: At<'a>) -> Def<'a> {
        match &at.expr.kind {
            ExprKind::Ident(name) => self.name(at.module, name, at.expr.span),
            ExprKind::Member { object, name, .. } => {
                let object = self.expr(at.with(object));
                self.member(object, name)
            }
            ExprKind::Index { object, index } => {
                let (object, index) = (self.expr(at.with(object)), self.expr(at.with(index)));
                match index {
                    Def::Value(At { expr: Expr { kind: ExprKind::String(name), .. }, .. }) => {
                        self.member(object, name)
                    }
                    Def::Value(At { expr: Expr { kind: ExprKind::Number(number), .. }, .. }) => {
                        self.member(object, &number.to_string())
                    }
                    _ => Def::Value(at),
                }
            }
            ExprKind::Await(inner) => self.expr(at.with(inner)),
            ExprKind::Import(source) => match &source.kind {
                ExprKind::String(source) => self.import(at.module, source, &Imported::All),
                _ => Def::Value(at),
            },
            ExprKind::Function(function) => {
                Def::Function(FunctionAt { code: at.code, module: at.module, function })
            }
            ExprKind::Class(class) => Def::Class(ClassAt { code: at.code, module: at.module, class }),
            ExprKind::Sequence(all) => all.last().map_or(Def::Unknown, |last| self.expr(at.with(last))),
            _ => Def::Value(at),
        }
    }

    fn name(&mut self, module: &'a Module, name: &Arc<str>, used: Span) -> Def<'a> {
        let Some(binding) = module.binding(name, used) else { return Def::Global(Arc::clone(name)) };
        match &binding.bound {
            Bound::Import { source, name } => self.import(module, source, name),
            Bound::Value { value: Some(value), part } => {
                // `const { a } = a` and the like would come back here; the steps end it.
                let mut def = self.expr(At { code: self.code, module, expr: value });
                for step in part {
                    def = if &**step == "*" { Def::Unknown } else { self.member(def, step) };
                }
                def
            }
            Bound::Value { value: None, .. } => Def::Unknown,
            Bound::Function(function) => Def::Function(FunctionAt { code: self.code, module, function }),
            Bound::Class(class) => Def::Class(ClassAt { code: self.code, module, class }),
            Bound::Param => Def::Param { module, declared: binding.span },
        }
    }

    fn import(&mut self, from: &'a Module, source: &Arc<str>, name: &Imported) -> Def<'a> {
        let module = match self.code.target(from, source) {
            Meant::Module(module) => module,
            Meant::External => {
                let name = match name {
                    Imported::All => Arc::from("*"),
                    Imported::Name(name) => Arc::clone(name),
                };
                return Def::External { source: Arc::clone(source), name };
            }
            Meant::Unread => return Def::Unknown,
        };
        match name {
            Imported::All => Def::Module(module),
            Imported::Name(name) => self.export(module, name),
        }
    }

    fn export(&mut self, module: &'a Module, name: &str) -> Def<'a> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return Def::Unknown;
        }
        self.depth += 1;
        let def = self.export_below(module, name);
        self.depth -= 1;
        def
    }

    fn export_below(&mut self, module: &'a Module, name: &str) -> Def<'a> {
        let named = module.exports.iter().find(|export| export.name.as_deref() == Some(name));
        let Some(export) = named else {
            if name == "default" {
                return Def::Unknown;
            }
            for export in module.exports.iter().filter(|export| export.name.is_none()) {
                if let Exported::From { source, .. } = &export.what {
                    let def = self.import(module, source, &Imported::Name(Arc::from(name)));
                    if !matches!(def, Def::Unknown) {
                        return def;
                    }
                }
            }
            return Def::Unknown;
        };
        match &export.what {
            // What is exported is of the outermost scope.
            Exported::Local(name) => match self.name(module, name, module.span()) {
                Def::Global(_) => Def::Unknown,
                def => def,
            },
            Exported::Value(value) => self.expr(At { code: self.code, module, expr: value }),
            Exported::Function(function) => Def::Function(FunctionAt { code: self.code, module, function }),
            Exported::Class(class) => Def::Class(ClassAt { code: self.code, module, class }),
            Exported::From { source, name } => self.import(module, source, name),
        }
    }

    fn member(&mut self, of: Def<'a>, name: &str) -> Def<'a> {
        match &of {
            Def::External { source, name: own } if &**own == "*" => {
                Def::External { source: Arc::clone(source), name: Arc::from(name) }
            }
            Def::External { source, name: own } => {
                // What is taken of the default of a package of the old kind is an export: `express.Router`.
                let own = if &**own == "default" { name.to_owned() } else { format!("{own}.{name}") };
                Def::External { source: Arc::clone(source), name: Arc::from(own) }
            }
            Def::Global(own) => Def::Global(Arc::from(format!("{own}.{name}"))),
            Def::Value(At { expr: Expr { kind: ExprKind::This, span }, module, .. }) => {
                match self.own(module, *span, name) {
                    Some(def) => def,
                    None => Def::Member { object: Box::new(of), name: Arc::from(name) },
                }
            }
            Def::Value(at) => match self.part(*at, name) {
                Some(def) => def,
                None => Def::Member { object: Box::new(of), name: Arc::from(name) },
            },
            Def::Module(module) => self.export(module, name),
            Def::Class(class) => {
                let found = class
                    .class
                    .members
                    .iter()
                    .find(|member| member.is_static && member.name.as_deref() == Some(name));
                match found.and_then(|member| member.value.as_ref()) {
                    Some(expr) => self.expr(At { code: class.code, module: class.module, expr }),
                    None => Def::Member { object: Box::new(of), name: Arc::from(name) },
                }
            }
            _ => Def::Member { object: Box::new(of), name: Arc::from(name) },
        }
    }

    /// What `this.name` is, where its class says so.
    fn own(&mut self, module: &'a Module, this: Span, name: &str) -> Option<Def<'a>> {
        let class = module.classes().filter(|class| class.span.holds(this)).last()?;
        let member = class.members.iter().find(|member| member.name.as_deref() == Some(name))?;
        let expr = member.value.as_ref()?;
        // Anything else the constructor may have changed.
        let is_fixed = matches!(expr.kind, ExprKind::Function(_) | ExprKind::Array(_) | ExprKind::Object(_));
        is_fixed.then(|| self.expr(At { code: self.code, module, expr }))
    }

    /// A property of an object or an item of a list.
    fn part(&mut self, at: At<'a>, name: &str) -> Option<Def<'a>> {
        match &at.expr.kind {
            ExprKind::Array(items) => {
                let before = items.get(..=name.parse::<usize>().ok()?)?;
                if before.iter().any(|item| matches!(item.kind, ExprKind::Spread(_))) {
                    return None;
                }
                Some(self.expr(at.with(before.last()?)))
            }
            ExprKind::Object(properties) => {
                // The last one wins; behind a spread or a computed name that is not known, nothing is.
                for property in properties.iter().rev() {
                    match (&property.key, &property.value.kind) {
                        (Some(key), _) if &**key == name => return Some(self.expr(at.with(&property.value))),
                        (Some(_), _) => {}
                        (None, ExprKind::Spread(inner)) => match self.expr(at.with(inner)) {
                            Def::Value(inner) => {
                                if let Some(def) = self.part(inner, name) {
                                    return Some(def);
                                }
                                if !matches!(inner.expr.kind, ExprKind::Object(_)) {
                                    return None;
                                }
                            }
                            _ => return None,
                        },
                        (None, _) => return None,
                    }
                }
                None
            }
            _ => None,
        }
    }
}
