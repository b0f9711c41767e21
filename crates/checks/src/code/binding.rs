//! Names, and what they stand for.

use std::sync::Arc;

use crate::code::ast::{Class, Expr, Function, Pattern, PatternKind, Span};

/// A name in the part of a file in which it can be seen.
#[derive(Debug)]
pub(crate) struct Binding {
    /// That part.
    pub(crate) scope: Span,
    /// Where it is declared.
    pub(crate) span: Span,
    /// What it stands for.
    pub(crate) bound: Bound,
}

/// What a name stands for.
#[derive(Debug)]
pub(crate) enum Bound {
    /// Something of another module.
    Import { source: Arc<str>, name: Imported },
    /// A variable, or a part of its value.
    Value { value: Option<Arc<Expr>>, part: Vec<Arc<str>> },
    /// A function.
    Function(Arc<Function>),
    /// A class.
    Class(Arc<Class>),
    /// The parameter of a function, or a part of it; an item of a loop; a caught error.
    Param,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The export of a name; `default` is one.
    Name(Arc<str>),
    /// `* as x`
    All,
}

/// The bindings of a file, by name.
#[derive(Debug, Default)]
pub(crate) struct Bindings(Box<[(Arc<str>, Binding)]>);

impl Bindings {
    pub(crate) fn of(mut all: Vec<(Arc<str>, Binding)>) -> Self {
        // Of one name the order stays: the first of those that see as far wins.
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        Self(all.into())
    }

    /// The names that stand for something of another module, and that module as written.
    pub(crate) fn imported(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, binding)| match &binding.bound {
            Bound::Import { source, .. } => Some((&**name, &**source)),
            _ => None,
        })
    }

    /// What a name stands for where it is used: the innermost declaration around it.
    pub(crate) fn at(&self, name: &str, used: Span) -> Option<&Binding> {
        let start = self.0.partition_point(|(other, _)| **other < *name);
        let named = self.0.iter().skip(start).take_while(|(other, _)| **other == *name);
        let around = named.map(|(_, binding)| binding).filter(|binding| binding.scope.holds(used));
        around.min_by_key(|binding| binding.scope.end - binding.scope.start)
    }
}

/// A name of a pattern, where it is, and the path to its part of the value.
pub(crate) type Named = (Arc<str>, Span, Vec<Arc<str>>);

/// The names of a pattern. A part that has no plain path (`...rest`, a computed key) has `*` in it.
pub(crate) fn names(pattern: &Pattern) -> Vec<Named> {
    let mut found = Vec::new();
    collect(pattern, &mut Vec::new(), &mut found);
    found
}

fn collect(pattern: &Pattern, path: &mut Vec<Arc<str>>, found: &mut Vec<Named>) {
    let mut below = |step: Arc<str>, pattern: &Pattern, path: &mut Vec<Arc<str>>| {
        path.push(step);
        collect(pattern, path, found);
        path.pop();
    };
    match &pattern.kind {
        PatternKind::Name(name) => found.push((Arc::clone(name), pattern.span, path.clone())),
        PatternKind::Place(_) => {}
        PatternKind::Object { entries, rest } => {
            for (key, pattern) in entries {
                below(key.clone().unwrap_or_else(|| Arc::from("*")), pattern, path);
            }
            if let Some(rest) = rest {
                below(Arc::from("*"), rest, path);
            }
        }
        PatternKind::Array { items, rest } => {
            for (at, pattern) in items.iter().enumerate() {
                if let Some(pattern) = pattern {
                    below(Arc::from(at.to_string()), pattern, path);
                }
            }
            if let Some(rest) = rest {
                below(Arc::from("*"), rest, path);
            }
        }
        PatternKind::Default(pattern, _) => collect(pattern, path, found),
    }
}
