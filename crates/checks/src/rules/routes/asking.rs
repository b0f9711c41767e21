//! Whether a route asks for more than that somebody is signed in.

use std::collections::HashMap;

use crate::code::ast::{ExprKind, Stmt, StmtKind};
use crate::code::{At, CallAt, FunctionAt, Walk as _};
use crate::rules::in_code::{handled, perhaps_handled, source, written};

/// Words in code that asks for a permission, or for a proof that the caller is who sends such messages.
const ASKS: &[&str] = &[
    ".authorize(",
    "authorizeconditional",
    "permissions.",
    "permissionintegration",
    "checkpermission",
    "requirepermission",
    "haspermission",
    "isauthorized",
    "checkauth(",
    "verifysignature",
    "timingsafeequal",
    "createhmac",
    // Who may do it is decided here in another way: others are refused.
    "status(403)",
    "sendstatus(403)",
    "forbiddenerror",
];
/// Whether it is a route of a router: `router.post('/x', handler)`.
pub(super) fn is_router(call: &CallAt<'_>) -> bool {
    let path = &call.at.module.path;
    let in_backend = path.split('/').any(|part| part.contains("backend"));
    let named = call.receiver().is_some_and(|receiver| {
        let text = receiver.source().to_ascii_lowercase();
        text.ends_with("router") || text == "app"
    });
    let is_server = !path.contains("standaloneServer") && !path.contains("/dev/") && !path.contains("mock");
    in_backend && named && is_server && call.call.args.len() >= 2
}

/// The middleware that asks for all routes behind it: by module the name of the router, and where.
#[derive(Default)]
pub(super) struct Middleware<'a>(HashMap<&'a str, Vec<(&'a str, u32)>>);

impl<'a> Middleware<'a> {
    /// Whether something asks for a permission before a route's handler is done: it, its middleware, or its router.
    pub(super) fn or_handler_asks(&mut self, call: &CallAt<'a>) -> bool {
        call.args().skip(1).any(asks) || self.asks(call)
    }

    fn asks(&mut self, call: &CallAt<'a>) -> bool {
        let Some(router) = call.receiver().map(At::source) else { return false };
        let module = call.at.module;
        let all = self.0.entry(&module.path).or_insert_with(|| {
            let uses = call.at.code.calls_in(module).into_iter().filter(asks_for_all);
            uses.filter_map(|other| Some((other.receiver()?.source(), other.at.span().start))).collect()
        });
        all.iter().any(|(of, at)| *of == router && *at < call.at.span().start)
    }
}

/// Whether a route hands on what its caller is known by somewhere else, so that what is there decides: a token of theirs
/// in a header of its own. The token of this portal says no more than that they are signed in.
pub(super) fn is_handed_on(call: &CallAt<'_>) -> bool {
    // Middleware that asks for a token of theirs only sees that they are signed in there.
    call.args().skip(1).last().is_some_and(|handler| {
        let own = written(handler);
        own.iter().any(|function| hands_on(*function, true))
            || perhaps_handled(handler).into_iter().any(|function| hands_on(function, false))
    })
}

/// The same for one function. What helps a handler may leave before it looks; then nobody needs to be known.
pub(super) fn hands_on(function: FunctionAt<'_>, is_handler: bool) -> bool {
    let first = function.function.body.iter().find(|stmt| leaves(stmt));
    let leaves = first.filter(|_| !is_handler).map(|stmt| stmt.span.end);
    let mut found = false;
    function.function.walk(&mut |expr| {
        if leaves.is_some_and(|end| end <= expr.span.start) {
            return;
        }
        let at = function.at(expr);
        let header = match &expr.kind {
            ExprKind::Index { object, index } if last_name(object) == Some("headers") => {
                at.with(index).text()
            }
            ExprKind::Member { object, name, .. } if last_name(object) == Some("headers") => {
                (of_request(at.with(object))).then(|| name.to_string())
            }
            ExprKind::Call(call) => {
                let call = CallAt { at, call };
                found |= call.name().is_some_and(|name| says_user_token(call, name));
                match call.name() {
                    Some("header" | "get") if call.receiver().is_some_and(of_request) => {
                        call.arg(0).and_then(At::text)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        found |= header.is_some_and(|name| is_own_header(&name.to_ascii_lowercase()));
    });
    found
}

/// Whether a statement at the start of a function may end it with a value.
fn leaves(stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::If { then, .. } => {
            let body = match &then.kind {
                StmtKind::Block(body) => &body[..],
                _ => std::slice::from_ref(&**then),
            };
            body.iter().any(|stmt| matches!(stmt.kind, StmtKind::Return(Some(_))))
        }
        _ => false,
    }
}

fn of_request(at: At<'_>) -> bool {
    let text = at.source();
    text.starts_with("req.") || text.starts_with("request.") || matches!(text, "req" | "request")
}

/// Whether a header is one that plugins make up for themselves, as they do for tokens.
fn is_own_header(name: &str) -> bool {
    const COMMON: &[&str] = &[
        "authorization",
        "cookie",
        "host",
        "origin",
        "referer",
        "user-agent",
        "range",
        "accept",
        "connection",
        "upgrade",
        "last-event-id",
        "content-type",
        "content-length",
        "cache-control",
    ];
    let of_sender =
        ["signature", "event", "forwarded", "request-id", "correlation", "trace", "real-ip", "delivery"];
    !COMMON.contains(&name)
        && !["if-", "accept-", "content-", "sec-"].iter().any(|start| name.starts_with(start))
        && !of_sender.iter().any(|word| name.contains(word))
}

/// Whether a function is called for the token that a user has somewhere else: `getUserTokenFromRequest(req)`.
fn says_user_token(call: CallAt<'_>, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let of_whole = call.args().any(|arg| matches!(arg.source(), "req" | "request"));
    name.contains("usertoken")
        || name.contains("token") && of_whole && !name.contains("bearer") && !name.contains("backstage")
}

fn last_name(expr: &crate::code::ast::Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Member { name, .. } | ExprKind::Ident(name) => Some(name),
        _ => None,
    }
}

fn asks(handler: At<'_>) -> bool {
    let named = handler.source().to_ascii_lowercase();
    // A middleware that is called for what it decides: `canCreate`, `permission(..)`.
    if named.len() < 60
        && (named.starts_with("can") || named.contains("permission") || named.contains("authoriz"))
    {
        return true;
    }
    has(&named) || handled(handler).into_iter().any(|function| has(&source(function).to_ascii_lowercase()))
}

fn has(text: &str) -> bool {
    // What another system refused is only told here.
    let refuses = text.contains("notallowederror") && !text.contains("=== 403") && !text.contains("case 403");
    refuses || ASKS.iter().any(|word| text.contains(word))
}

/// Whether it is middleware that asks: `router.use(requirePermission)`.
fn asks_for_all(call: &CallAt<'_>) -> bool {
    call.name() == Some("use")
        && call.args().any(|arg| {
            let text = arg.source().to_ascii_lowercase();
            !text.contains("permissionintegrationrouter") && (asks(arg) && !text.contains("express.json"))
        })
}

/// The words of a path, in lower case: `/cloudformation/createStack` has `create`.
pub(super) fn words(path: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in path.chars() {
        if !c.is_ascii_alphabetic() || c.is_ascii_uppercase() {
            words.push(String::new());
        }
        if c.is_ascii_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
