//! What is looked for.

use std::sync::Arc;

use crate::Place;
use crate::code::at::CallAt;
use crate::code::flow::taint::Joined;
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
    /// Its last name; `*` in it stands for anything.
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
    /// Which property of it, where an object is written there.
    pub key: Option<Arc<str>>,
    /// Whether what is given begins with it, as far as can be told: not so for `/folder/${name}`.
    pub leads: bool,
    /// Where it was first put together with something else.
    pub joined: Option<Joined>,
    /// Where it is taken from what is given, and where it passes; in order, without the sink.
    pub chain: Vec<Place>,
    /// The conditions around or before it that ask whether such a value is fine: `if (!ALLOWED.includes(name))`.
    pub checks: Vec<Place>,
}

impl Sink {
    /// Whether it is this that is called.
    pub(super) fn is(self, callee: &Def<'_>) -> bool {
        let named = |name: &str| fits(self.name, name.rsplit('.').next().unwrap_or(name));
        match callee {
            Def::External { name, .. } => {
                let source = callee.external().map_or("", |(source, _)| source);
                let default = matches!(&**name, "default" | "*") && self.name == "default";
                package_of(source) == self.package && (default || named(name))
            }
            Def::Global(name) if self.package == "*" => name.contains('.') && named(name),
            Def::Global(name) => {
                let own = name.strip_prefix("globalThis.").or_else(|| name.strip_prefix("global."));
                self.package.is_empty() && own.unwrap_or(name) == self.name
            }
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

/// Whether a name fits one with `*`.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            match rest.find(before) {
                Some(at) => rest = rest.get(at + before.len()..).unwrap_or_default(),
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn names_fit_patterns() {
        for (pattern, name, wanted) in [
            ("get", "get", true),
            ("get", "getAll", false),
            ("*", "x", true),
            ("get*Secret*", "getSecretValue", true),
            ("get*Secret*", "getPlatformSecret", true),
            ("get*Secret*", "getValue", false),
            ("*Command", "GetCommand", true),
            ("*Command", "GetCommandX", false),
            ("a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, name), wanted, "{pattern} {name}");
        }
    }
}
