//! Whether what a handler does is bounded by who calls, though it asks for no permission.

use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Def, FunctionAt};
use crate::rules::in_code::{handled, source};

/// What the token is called, in lower case, by which an upstream knows the caller and decides itself.
pub(super) const TOKENS: &[&str] =
    &["usertoken", "user_token", "useraccesstoken", "subject_token", "subjecttoken"];

/// Calls that are given who calls, and do not act on it.
const TOLD: &[&str] = &[
    "log",
    "info",
    "warn",
    "error",
    "debug",
    "child",
    "createevent",
    "audit",
    "track",
    "entityref",
    "getentit",
    "encodeuricomponent",
    "string",
    "push",
    "add",
    "split",
    "includes",
    "startswith",
];

/// Keys under which something is the caller's own, in lower case: `where({ user_ref: userRef })`.
const OWN: &[&str] = &["user", "owner", "principal", "subject"];

/// Whether a handler acts with the caller's own token, or on what is the caller's own.
pub(super) fn is_bound(handler: At<'_>) -> bool {
    let functions = handled(handler);
    // Who calls is known by the credentials, not by what the request says.
    let knows = functions.iter().any(|function| source(*function).contains("principal"));
    functions
        .into_iter()
        .any(|function| passes_token(function) || knows && function.calls().into_iter().any(is_of_own))
}

fn passes_token(function: FunctionAt<'_>) -> bool {
    let text = source(function).to_ascii_lowercase();
    TOKENS.iter().any(|token| text.contains(token))
}

/// Whether a call is told whose things it is about: `store.remove(userRef, id)`, `.where({ id, user_ref: userRef })`.
fn is_of_own(call: CallAt<'_>) -> bool {
    let name = call.name().unwrap_or_default().to_ascii_lowercase();
    if TOLD.iter().any(|told| name.contains(told)) {
        return false;
    }
    call.args().any(|arg| match &arg.expr.kind {
        ExprKind::Object(properties) => properties.iter().any(|property| {
            let key = property.key.as_deref().unwrap_or_default().to_ascii_lowercase();
            OWN.iter().any(|own| key.contains(own))
                && !key.ends_with("by")
                && is_caller(arg.with(&property.value))
        }),
        // Who did it is only written down.
        ExprKind::Ident(name) if name.ends_with("By") => false,
        _ => is_caller(arg),
    })
}

/// Whether something is the name of who calls: `credentials.principal.userEntityRef`, or what a function of the repository
/// gives that reads it. What a request says is not.
fn is_caller(at: At<'_>) -> bool {
    const REF: &str = "userEntityRef";
    match at.resolve() {
        Def::Member { object, name } => {
            &*name == REF && !matches!(object.member_name(), Some("body" | "query" | "params"))
        }
        Def::Value(mut value) => {
            while let ExprKind::Await(inner) = &value.expr.kind {
                value = value.with(inner);
            }
            value.call().is_some_and(|call| match call.callee() {
                Def::Function(function) => source(function).contains(REF),
                _ => false,
            })
        }
        _ => false,
    }
}
