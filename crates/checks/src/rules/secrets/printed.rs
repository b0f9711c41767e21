//! What of a value is printed where that is handed to a logger.

use crate::code::ast::{Expr, ExprKind, PatternKind};
use crate::code::{At, Def, Walk as _};
use crate::secret_names::{is_credential_header, is_secret};

/// A credential in what is printed.
pub(super) struct Credential<'a> {
    /// Where it stands.
    pub(super) at: At<'a>,
    /// What it is, to be said before "is printed".
    pub(super) what: String,
}

/// Ends of names of what only points at a credential.
const NAMES: &[&str] = &["name", "arn", "id", "ref", "path", "file", "url"];

/// Values in values that are looked at.
const MAX_DEPTH: u8 = 6;

/// The first credential that is printed as it is, if a value is.
pub(super) fn credential(at: At<'_>) -> Option<Credential<'_>> {
    below(at, MAX_DEPTH)
}

fn below(at: At<'_>, depth: u8) -> Option<Credential<'_>> {
    let depth = depth.checked_sub(1)?;
    let inner = |expr| below(at.with(expr), depth);
    match &at.expr.kind {
        ExprKind::Ident(_) | ExprKind::Member { .. } | ExprKind::Index { .. } => of_name(at, depth),
        ExprKind::Template { tag: None, body } => body.parts.iter().find_map(inner),
        ExprKind::Binary { op: "+" | "||" | "??", sides } => sides.iter().find_map(inner),
        ExprKind::Binary { op: "&&", sides } => inner(&sides[1]),
        ExprKind::Conditional { then, otherwise, .. } => inner(then).or_else(|| inner(otherwise)),
        ExprKind::Array(items) => items.iter().find_map(inner),
        ExprKind::Await(inside) | ExprKind::Spread(inside) => inner(inside),
        ExprKind::Object(_) => of_object(at, depth),
        ExprKind::Call(call) => {
            let callee = at.with(&call.callee);
            let (name, receiver) = match &call.callee.kind {
                ExprKind::Ident(name) => (&**name, None),
                ExprKind::Member { name, object, .. } => (&**name, Some(&**object)),
                _ => return None,
            };
            match (name, receiver) {
                // What leaves it as it is.
                ("stringify" | "inspect" | "String" | "format", _) => call.args.first().and_then(inner),
                ("toString" | "trim", Some(of)) => inner(of),
                ("get" | "header" | "getHeader", Some(of)) if is_request(at.with(of)) => {
                    let header = at.with(call.args.first()?).text()?;
                    is_credential_header(&header)
                        .then(|| Credential { at, what: format!("the header `{header}` of a request") })
                }
                ("getString" | "getOptionalString", _) => {
                    let key = at.with(call.args.first()?).text()?;
                    is_secret(key.rsplit('.').next().unwrap_or(&key))
                        .then(|| Credential { at: callee, what: format!("the configuration's `{key}`") })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A name, or a part of something.
fn of_name(at: At<'_>, depth: u8) -> Option<Credential<'_>> {
    let found = |what: String| Some(Credential { at, what });
    if let ExprKind::Index { index, .. } = &at.expr.kind {
        let name = at.with(index).text()?;
        return if is_credential_header(&name) { found(format!("`{name}`")) } else { None };
    }
    let (name, object) = match &at.expr.kind {
        ExprKind::Ident(name) => (&**name, None),
        ExprKind::Member { name, object, .. } => (&**name, Some(at.with(object))),
        _ => return None,
    };
    if let Def::Global(global) = at.resolve()
        && &*global == "process.env"
    {
        return found("the whole environment".to_owned());
    }
    let is_header = name.eq_ignore_ascii_case("authorization")
        && object.is_none_or(|object| object.source().to_ascii_lowercase().contains("header"));
    if is_header || is_named_secret(name) {
        return if is_harmless(at) { None } else { found(format!("`{}`", shown(at))) };
    }
    match (name, object) {
        ("headers" | "rawHeaders" | "cookies", Some(of)) if is_request(of) => {
            return found(format!("`{}`, with what signs the caller in,", shown(at)));
        }
        ("result" | "session", Some(_)) | ("info", None) if is_sign_in(at) => {
            return found(format!("`{}`, with the tokens of a sign-in,", shown(at)));
        }
        ("tokenset" | "tokenSet" | "Credentials", _) => {
            return found(format!("`{}`", shown(at)));
        }
        _ => {}
    }
    if let Some(header) = header_set(at) {
        return found(format!("`{name}`, with `{header}` in it,"));
    }
    // `const secretName = req.body.adminSecret`: what calls itself a name holds one.
    let own = name.to_ascii_lowercase();
    if matches!(at.expr.kind, ExprKind::Ident(_)) && NAMES.iter().any(|end| own.ends_with(end)) {
        return None;
    }
    // `const headers = { Authorization: .. }`
    let value = at.value();
    let is_new = value.span() != at.span();
    match &value.expr.kind {
        ExprKind::Object(_) if is_new => {
            of_object(value, depth).map(|inside| Credential { at, what: inside.what })
        }
        ExprKind::Call(_) | ExprKind::Await(_) if is_new => {
            below(value, depth).map(|inside| Credential { at, what: inside.what })
        }
        _ => None,
    }
}

/// The header with a credential that is put into an object after it was made: `headers['Authorization'] = ..`.
fn header_set(at: At<'_>) -> Option<String> {
    let ExprKind::Ident(name) = &at.expr.kind else { return None };
    let own = |expr: &Expr| matches!(&expr.kind, ExprKind::Ident(other) if other == name);
    let binding = at.module.binding(name, at.span())?.span;
    let function =
        at.module.functions_around(at.span()).into_iter().rfind(|function| function.span.holds(binding))?;
    let mut found = None;
    function.walk(&mut |expr| {
        let ExprKind::Assign { sides, .. } = &expr.kind else { return };
        let PatternKind::Place(place) = &sides.0.kind else { return };
        let header = match &place.kind {
            ExprKind::Index { object, index } if own(object) => at.with(index).text(),
            ExprKind::Member { object, name, .. } if own(object) => Some(name.to_string()),
            _ => None,
        };
        found = found.take().or(header.filter(|header| is_credential_header(header)));
    });
    found
}

/// An object that is printed with all that is in it.
fn of_object(at: At<'_>, depth: u8) -> Option<Credential<'_>> {
    let ExprKind::Object(properties) = &at.expr.kind else { return None };
    properties.iter().find_map(|property| {
        let value = at.with(&property.value);
        let named = property.key.as_deref().filter(|key| is_named_secret(key) || is_credential_header(key));
        match (named, &property.value.kind) {
            (
                Some(key),
                ExprKind::Ident(_) | ExprKind::Member { .. } | ExprKind::Template { .. } | ExprKind::Await(_),
            ) if !is_harmless(value) => Some(Credential { at: value, what: format!("`{key}`") }),
            _ => below(value, depth),
        }
    })
}

/// Whether a name says that a credential is in it itself, not whether there is one, nor how far a list was read.
fn is_named_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let asks = ["has", "is", "no", "use", "missing", "needs", "require", "valid", "should", "invalid"]
        .into_iter()
        .any(|word| {
            name.strip_prefix(word)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
        });
    let of_list = ["page", "next", "cursor", "cancel", "continu", "sync", "start", "csrf", "design", "max"]
        .into_iter()
        .any(|word| lower.contains(word) && lower.contains("token"));
    let masked = ["masked", "redacted", "encrypted", "hashed", "hidden", "obfuscated"]
        .into_iter()
        .any(|word| lower.starts_with(word));
    is_secret(name) && !asks && !of_list && !masked
}

/// Whether the value is known, and is no credential: a flag, a text that stands for one.
fn is_harmless(at: At<'_>) -> bool {
    use crate::code::Constant;
    match at.constant() {
        Constant::Bool(_) | Constant::Number(_) | Constant::Null => true,
        Constant::Text(text) => crate::secret_names::is_placeholder(&text),
        Constant::Outside { .. } => false,
        Constant::Unknown => match &at.value().expr.kind {
            ExprKind::Unary { op: "!" | "typeof", .. } | ExprKind::Regex(_) => true,
            ExprKind::Binary { op, .. } => !matches!(*op, "+" | "||" | "??" | "&&"),
            ExprKind::Call(call) => is_mask(&call.callee),
            _ => false,
        },
    }
}

/// Whether what is called makes something else of a credential.
fn is_mask(callee: &Expr) -> bool {
    let (ExprKind::Ident(name) | ExprKind::Member { name, .. }) = &callee.kind else { return false };
    let name = name.to_ascii_lowercase();
    [
        "mask",
        "redact",
        "hash",
        "hide",
        "obfuscate",
        "encrypt",
        "digest",
        "slice",
        "substr",
        "boolean",
        "includes",
    ]
    .into_iter()
    .any(|word| name.contains(word))
}

/// Whether something is a request that the portal was sent.
fn is_request(at: At<'_>) -> bool {
    let (name, is_alone) = match &at.expr.kind {
        ExprKind::Ident(name) => (&**name, true),
        ExprKind::Member { name, .. } => (&**name, false),
        _ => return false,
    };
    let named = matches!(name, "req" | "request" | "_req" | "_request");
    // `(_, res) => _.headers`
    named || is_alone && name == "_" && matches!(at.resolve(), Def::Param { .. })
}

/// Whether something is what a sign-in resolver is given, or of that: the parameter of a function that signs people in.
fn is_sign_in(at: At<'_>) -> bool {
    let mut root = at;
    while let ExprKind::Member { object, .. } = &root.expr.kind {
        root = root.with(object);
    }
    let ExprKind::Ident(name) = &root.expr.kind else { return false };
    if !matches!(&**name, "info" | "result" | "input") || !matches!(root.resolve(), Def::Param { .. }) {
        return false;
    }
    let around = at.module.functions_around(at.span());
    around.iter().any(|function| {
        let text = at.module.source(function.span);
        function.params.len() == 2
            && ["issueToken(", "signInWithCatalogUser(", "findCatalogUser("]
                .iter()
                .any(|call| text.contains(call))
    })
}

/// As written, cut short.
fn shown(at: At<'_>) -> String {
    let text: String = at.source().split_whitespace().collect();
    text.chars().take(60).collect()
}
