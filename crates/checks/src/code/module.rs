//! One file of code.

use std::sync::Arc;

use crate::Place;
use crate::code::ast::{Class, Comment, Expr, Function, Span, Stmt, StmtKind};
use crate::code::binding::{Binding, Bindings, Imported};
use crate::code::walk::Walk as _;

/// A file of TypeScript or JavaScript.
#[derive(Debug)]
pub struct Module {
    /// Its path.
    pub path: Arc<str>,
    /// Its statements. Imports, types and lists of exports are `Other`.
    pub body: Vec<Stmt>,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
    /// The modules that it imports when it is loaded, in order, also those it only re-exports; not those that it
    /// imports types of, nor `import()`.
    pub imports: Vec<Import>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Why it may not have been read whole.
    pub problem: Option<String>,
    pub(super) text: Arc<str>,
    pub(super) bindings: Bindings,
    /// By place.
    pub(super) functions: Vec<Arc<Function>>,
    /// By place.
    pub(super) classes: Vec<Arc<Class>>,
    /// The last names of what is called, sorted.
    pub(super) called: Box<[Arc<str>]>,
}

/// An import of a module.
#[derive(Debug)]
pub struct Import {
    /// As written: `./router`, `@backstage/catalog-client/alpha`.
    pub source: Arc<str>,
    /// Where that is written.
    pub span: Span,
}

/// Something that a module exports.
#[derive(Debug)]
pub struct Export {
    /// Its name; `default` is one. `None` for all that another module exports.
    pub name: Option<Arc<str>>,
    /// Where that is written.
    pub span: Span,
    /// What it is.
    pub what: Exported,
}

/// What an export is.
#[derive(Debug)]
pub enum Exported {
    /// A name of the file.
    Local(Arc<str>),
    /// A value: `export default x`.
    Value(Arc<Expr>),
    /// `export default function`
    Function(Arc<Function>),
    /// `export default class`
    Class(Arc<Class>),
    /// Something of another module.
    From {
        /// As written.
        source: Arc<str>,
        /// What of it.
        name: Imported,
    },
}

impl Export {
    pub(super) fn default_of(span: Span, value: Arc<Expr>) -> Self {
        Self { name: Some(Arc::from("default")), span, what: Exported::Value(value) }
    }
}

impl Module {
    /// Where a stretch of it is.
    pub fn place(&self, span: Span) -> Place {
        Place::bytes(&self.path, &self.text, span.start as usize, span.end as usize)
    }

    /// As written.
    pub fn source(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its folder, without a slash at its end; empty for the root.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The whole of it.
    pub fn span(&self) -> Span {
        Span { start: 0, end: u32::try_from(self.text.len()).unwrap_or(u32::MAX) }
    }

    /// Calls `visit` with every expression, outer ones first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.body.walk(visit);
    }

    /// What a name stands for where it is used.
    pub(crate) fn binding(&self, name: &str, used: Span) -> Option<&Binding> {
        self.bindings.at(name, used)
    }

    /// The functions that something stands in, outermost first.
    pub fn functions_around(&self, span: Span) -> Vec<&Function> {
        self.functions().filter(|function| function.span.holds(span) && function.span != span).collect()
    }

    /// All functions, methods and arrows, outer ones first.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().map(|function| &**function)
    }

    /// All classes, outer ones first.
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.classes.iter().map(|class| &**class)
    }

    /// Whether a name is called anywhere in it, also as a method.
    pub fn calls(&self, name: &str) -> bool {
        self.called.binary_search_by(|called| (**called).cmp(name)).is_ok()
    }
}

impl Stmt {
    /// The statements in it, without those of functions.
    pub fn parts(&self) -> Vec<&[Stmt]> {
        use std::slice::from_ref;
        match &self.kind {
            StmtKind::If { then, otherwise, .. } => {
                let mut parts = vec![from_ref(&**then)];
                parts.extend(otherwise.as_deref().map(from_ref));
                parts
            }
            StmtKind::Switch { cases, .. } => cases.iter().map(|case| &case.body[..]).collect(),
            StmtKind::Loop { head, body, .. } => vec![&head[..], from_ref(&**body)],
            StmtKind::Try(tried) => {
                vec![&tried.block[..], tried.handler.as_deref().unwrap_or_default(), &tried.finalizer[..]]
            }
            StmtKind::Block(body) => vec![&body[..]],
            _ => Vec::new(),
        }
    }
}
