//! An expression together with the module that it stands in, so that it can be asked what it means.

use std::fmt;
use std::sync::Arc;

use crate::Place;
use crate::code::Code;
use crate::code::ast::{Call, Element, Expr, ExprKind, Function, Span};
use crate::code::constant::{self, Constant};
use crate::code::module::Module;
use crate::code::resolve::{self, Def};

/// An expression where it stands.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// All code.
    pub code: &'a Code,
    /// The module that it stands in.
    pub module: &'a Module,
    /// The expression.
    pub expr: &'a Expr,
}

impl fmt::Debug for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place(), self.module.source(self.expr.span))
    }
}

impl<'a> At<'a> {
    /// Another expression of the same module.
    #[must_use]
    pub fn with(self, expr: &'a Expr) -> Self {
        Self { expr, ..self }
    }

    /// Where it is written.
    pub fn place(self) -> Place {
        self.module.place(self.expr.span)
    }

    /// Where it is written, in bytes.
    pub fn span(self) -> Span {
        self.expr.span
    }

    /// As written.
    pub fn source(self) -> &'a str {
        self.module.source(self.expr.span)
    }

    /// What it is, following names to what they stand for, across modules.
    pub fn resolve(self) -> Def<'a> {
        resolve::of(self)
    }

    /// The expression that it stands for; itself where it is not a name, or stands for no expression.
    #[must_use]
    pub fn value(self) -> At<'a> {
        match self.resolve() {
            Def::Value(at) => at,
            _ => self,
        }
    }

    /// Its value, if that is written in the code.
    pub fn constant(self) -> Constant {
        constant::of(self)
    }

    /// Its text, if that is all written in the code.
    pub fn text(self) -> Option<String> {
        match self.constant() {
            Constant::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a property, where it stands for an object.
    pub fn get(self, key: &str) -> Option<At<'a>> {
        match resolve::member(self.code, self.resolve(), key) {
            Def::Value(at) => Some(at),
            _ => self.value().property(key).map(|(_, at)| at),
        }
    }

    /// A property written in this object itself: its name's place and its value as written.
    pub fn property(self, key: &str) -> Option<(Span, At<'a>)> {
        let ExprKind::Object(properties) = &self.expr.kind else { return None };
        let found = properties.iter().rev().find(|property| property.key.as_deref() == Some(key))?;
        Some((found.key_span, self.with(&found.value)))
    }

    /// The properties of the object that it stands for, with those of `...spread` objects that are known.
    pub fn properties(self) -> Vec<(Arc<str>, At<'a>)> {
        self.properties_to(8)
    }

    fn properties_to(self, depth: u8) -> Vec<(Arc<str>, At<'a>)> {
        let at = self.value();
        let ExprKind::Object(properties) = &at.expr.kind else { return Vec::new() };
        let mut found = Vec::new();
        for property in properties {
            match (&property.key, &property.value.kind) {
                (Some(key), _) => found.push((Arc::clone(key), at.with(&property.value))),
                (None, ExprKind::Spread(inner)) if depth > 0 => {
                    found.extend(at.with(inner).properties_to(depth - 1));
                }
                _ => {}
            }
        }
        found
    }

    /// The items of the list that it stands for; a `...spread` that is no known list is one.
    pub fn items(self) -> Vec<At<'a>> {
        self.items_to(8)
    }

    fn items_to(self, depth: u8) -> Vec<At<'a>> {
        let at = self.value();
        let ExprKind::Array(items) = &at.expr.kind else { return Vec::new() };
        let mut found = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::Spread(inner) if depth > 0 => {
                    let inside = at.with(inner).items_to(depth - 1);
                    if inside.is_empty() {
                        found.push(at.with(inner));
                    }
                    found.extend(inside);
                }
                _ => found.push(at.with(item)),
            }
        }
        found
    }

    /// The call that it is, or that it stands for.
    pub fn call(self) -> Option<CallAt<'a>> {
        let at = self.value();
        let (ExprKind::Call(call) | ExprKind::New(call)) = &at.expr.kind else { return None };
        Some(CallAt { at, call })
    }

    /// The function that it is, or that it stands for.
    pub fn function(self) -> Option<FunctionAt<'a>> {
        match self.resolve() {
            Def::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The JSX element that it is.
    pub fn element(self) -> Option<&'a Element> {
        match &self.expr.kind {
            ExprKind::Element(element) => Some(element),
            _ => None,
        }
    }
}

/// A function where it stands.
#[derive(Clone, Copy)]
pub struct FunctionAt<'a> {
    /// All code.
    pub code: &'a Code,
    /// The module that it stands in.
    pub module: &'a Module,
    /// The function.
    pub function: &'a Function,
}

impl fmt::Debug for FunctionAt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place(), self.function.name.as_deref().unwrap_or("function"))
    }
}

impl<'a> FunctionAt<'a> {
    /// Where it is written.
    pub fn place(self) -> Place {
        self.module.place(self.function.span)
    }

    /// An expression in it.
    pub fn at(self, expr: &'a Expr) -> At<'a> {
        At { code: self.code, module: self.module, expr }
    }

    /// The calls in it, also in functions in it, in the order of the file.
    pub fn calls(self) -> Vec<CallAt<'a>> {
        use crate::code::walk::Walk as _;
        let mut found = Vec::new();
        self.function.walk(&mut |expr| {
            if let ExprKind::Call(call) | ExprKind::New(call) = &expr.kind {
                found.push(CallAt { at: self.at(expr), call });
            }
        });
        found.sort_by_key(|call| call.at.span());
        found
    }
}

/// A call, or a `new`, where it stands.
#[derive(Clone, Copy)]
pub struct CallAt<'a> {
    /// The whole call.
    pub at: At<'a>,
    /// The call.
    pub call: &'a Call,
}

impl fmt::Debug for CallAt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)
    }
}

impl<'a> CallAt<'a> {
    /// What is called.
    pub fn callee(self) -> Def<'a> {
        self.at.with(&self.call.callee).resolve()
    }

    /// The last name of what is called, as written: `use` of `router.use(x)`.
    pub fn name(self) -> Option<&'a str> {
        match &self.call.callee.kind {
            ExprKind::Ident(name) | ExprKind::Member { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Where that name is written; the whole call where there is none.
    pub fn name_span(self) -> Span {
        match &self.call.callee.kind {
            ExprKind::Ident(_) => self.call.callee.span,
            ExprKind::Member { name_start, .. } => {
                Span { start: *name_start, end: self.call.callee.span.end }
            }
            _ => self.at.span(),
        }
    }

    /// What stands before the last name: `router` of `router.use(x)`.
    pub fn receiver(self) -> Option<At<'a>> {
        match &self.call.callee.kind {
            ExprKind::Member { object, .. } => Some(self.at.with(object)),
            _ => None,
        }
    }

    /// An argument.
    pub fn arg(self, at: usize) -> Option<At<'a>> {
        self.call.args.get(at).map(|arg| self.at.with(arg))
    }

    /// All arguments.
    pub fn args(self) -> impl Iterator<Item = At<'a>> {
        self.call.args.iter().map(move |arg| self.at.with(arg))
    }

    /// Where it is written.
    pub fn place(self) -> Place {
        self.at.place()
    }

    /// Whether it is a call of a name of a package; see [`Def::is`].
    pub fn is(self, package: &str, name: &str) -> bool {
        self.callee().is(package, name)
    }
}
