use super::caller::is_bound;
use crate::code::{At, CallAt};
use crate::fix::Fix;
use crate::rules::in_code::{handled, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

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
    "notallowederror",
    "forbiddenerror",
];
/// Words in paths of routes that change something.
const CHANGES: &[&str] = &[
    "add",
    "apply",
    "archive",
    "attach",
    "destroy",
    "detach",
    "generate",
    "grant",
    "install",
    "invite",
    "migrate",
    "move",
    "notify",
    "provision",
    "reassign",
    "reject",
    "rename",
    "replace",
    "restore",
    "revoke",
    "rotate",
    "terminate",
    "transfer",
    "unbind",
    "uninstall",
    "unregister",
    "upgrade",
    "approve",
    "assign",
    "bind",
    "cancel",
    "change",
    "clear",
    "configure",
    "create",
    "delete",
    "deploy",
    "disable",
    "edit",
    "enable",
    "execute",
    "import",
    "invoke",
    "merge",
    "promote",
    "publish",
    "refresh",
    "register",
    "remove",
    "reset",
    "restart",
    "retry",
    "rollback",
    "run",
    "save",
    "send",
    "set",
    "start",
    "stop",
    "submit",
    "sync",
    "trigger",
    "update",
    "upload",
    "write",
];
/// Words that say so whatever comes after them: `/change-status`.
const SURELY: &[&str] = &["add", "assign", "change", "create", "delete", "edit", "remove", "update"];
/// Words in paths of routes that only look, though they are not GET.
const LOOKS: &[&str] = &[
    "get", "list", "describe", "search", "query", "find", "status", "log", "validate", "preview", "fetch",
    "read", "exist", "check", "entries", "by-refs", "describe", "analyze", "dry",
];

/// Words of what is only sent by POST because its question is long.
const ASKED: &[&str] = &[
    "calculate",
    "compare",
    "count",
    "counts",
    "estimate",
    "evaluate",
    "explain",
    "lookup",
    "simulate",
    "warmup",
];
/// Last words of the same.
const ASKED_LAST: &[&str] =
    &["ask", "chat", "completion", "completions", "metrics", "stats", "suggest", "summary", "usage"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for verb in ["post", "put", "patch", "delete"] {
        for call in code.calls(verb) {
            if !is_router(&call) {
                continue;
            }
            let Some(path) = call.arg(0).and_then(At::text) else { continue };
            let lower = path.to_ascii_lowercase();
            let parts = words(&path);
            let asked = parts.iter().any(|word| ASKED.contains(&word.as_str()))
                // `/test/rule` tries one; `/test` alone does something to see whether it works.
                || parts.iter().rev().skip(1).any(|word| word == "test")
                || parts.last().is_some_and(|last| ASKED_LAST.contains(&last.as_str()));
            let looks = (verb == "post" && asked || LOOKS.iter().any(|word| lower.contains(word)))
                && !path
                    .split('/')
                    .any(|part| words(part).first().is_some_and(|first| SURELY.contains(&first.as_str())));
            if !path.starts_with('/') && path != "*" || looks {
                continue;
            }
            if call.args().skip(1).any(|handler| asks(handler) || is_bound(handler)) || router_asks(&call) {
                continue;
            }
            // A POST with a noun may only look: what it does is not in its name.
            let changes =
                verb != "post" || CHANGES.iter().any(|word| words(&path).iter().any(|part| part == word));
            let place = call.arg(0).map_or_else(|| call.place(), At::place);
            findings
                .at(&place, format!("`{} {path}` {}asks for no permission", verb.to_ascii_uppercase(), if changes { "changes something and " } else { "" }))
                .severity(if changes { Severity::High } else { Severity::Medium })
                .confidence(Confidence::Medium)
                .why("everyone who is signed in, and every service, can call it; where the default policy is off, strangers too")
                .fix(Fix::manual("ask `permissions.authorize([{ permission }], { credentials: await httpAuth.credentials(req) })` first"));
        }
    }
    Ok(())
}

/// The words of a path, in lower case: `/cloudformation/createStack` has `create`.
fn words(path: &str) -> Vec<String> {
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

/// Whether it is a route of a router: `router.post('/x', handler)`.
fn is_router(call: &CallAt<'_>) -> bool {
    let path = &call.at.module.path;
    let in_backend = path.split('/').any(|part| part.contains("backend"));
    let named = call.receiver().is_some_and(|receiver| {
        let text = receiver.source().to_ascii_lowercase();
        text.ends_with("router") || text == "app"
    });
    let is_server = !path.contains("standaloneServer") && !path.contains("/dev/") && !path.contains("mock");
    in_backend && named && is_server && call.call.args.len() >= 2
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
    ASKS.iter().any(|word| text.contains(word))
}

/// Whether something before it on the same router asks for all its routes.
fn router_asks(call: &CallAt<'_>) -> bool {
    let Some(router) = call.receiver().map(|receiver| receiver.source().to_owned()) else { return false };
    call.at.code.calls_in(call.at.module).into_iter().any(|other| {
        other.name() == Some("use")
            && other.receiver().is_some_and(|receiver| receiver.source() == router)
            && other.at.span().start < call.at.span().start
            && other.args().any(|arg| {
                let text = arg.source().to_ascii_lowercase();
                !text.contains("permissionintegrationrouter") && (asks(arg) && !text.contains("express.json"))
            })
    })
}
