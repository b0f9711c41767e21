//! What is looked for.

use crate::Place;
use crate::code::at::CallAt;
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

impl Sink {
    /// Whether it is this that is called.
    pub(super) fn is(self, callee: &Def<'_>) -> bool {
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
