use super::asking::{self, is_router, words};
use super::caller::is_bound;
use crate::code::{At, CallAt};
use crate::fix::Fix;
use crate::rules::in_code::{perhaps_handled, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

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
    "read", "exist", "check", "entries", "analyze", "dry",
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
const ASKED_LAST: &[&str] = &[
    "ask",
    "chat",
    "completion",
    "completions",
    // Whose session it is, that is.
    "login",
    "logout",
    "metrics",
    "stats",
    "suggest",
    "summary",
    "usage",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let mut middleware = asking::Middleware::default();
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
            // What is put at `/status` is set; only a POST asks for it. `/catalog` is no log.
            let is_look = |word: &String| {
                let plain = word.strip_suffix('s').unwrap_or(word);
                LOOKS.iter().any(|look| *look == word || *look == plain)
            };
            let looks = verb == "post"
                && (asked || lower.contains("by-refs") || parts.iter().any(is_look))
                && !path
                    .split('/')
                    .any(|part| words(part).first().is_some_and(|first| SURELY.contains(&first.as_str())));
            if !path.starts_with('/') && path != "*" || looks {
                continue;
            }
            if middleware.or_handler_asks(&call)
                || asking::is_handed_on(&call)
                || call.args().skip(1).last().is_some_and(is_bound)
            {
                continue;
            }
            // A POST with a noun may only look: what it does is not in its name.
            let changes =
                verb != "post" || CHANGES.iter().any(|word| words(&path).iter().any(|part| part == word));
            if !changes && only_looks(&call) {
                continue;
            }
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

/// Whether all that a handler calls by a name that says something only looks.
fn only_looks(call: &CallAt<'_>) -> bool {
    const LOOKING: &[&str] = &["get", "list", "fetch", "find", "count", "load", "read", "search", "query"];
    const WRITING: &[&str] = &["insert", "put", "patch", "del", "mutate", "post", "call", "exec"];
    // Sets, lists and headers have methods of these names.
    const OF_VALUES: &[&str] = &["add", "set", "replace", "clear", "bind"];
    let functions: Vec<_> = call.args().skip(1).flat_map(perhaps_handled).collect();
    let sends = |text: &str| {
        ["method: 'p", "method: \"p", "method: 'd", "method: \"d"].iter().any(|word| text.contains(word))
    };
    if functions.iter().any(|function| sends(&source(*function).to_ascii_lowercase())) {
        return false;
    }
    let mut looks = false;
    for inner in functions.iter().flat_map(|function| function.calls()) {
        let of = inner.receiver().map_or("", At::source);
        let name = inner.name().map(words).unwrap_or_default();
        let Some(first) = name.first() else { continue };
        let of_answer = of.starts_with("res") || of.starts_with("logger");
        looks |= LOOKING.contains(&&**first);
        let of_value = name.len() == 1 && OF_VALUES.contains(&&**first);
        let changes = CHANGES.contains(&&**first) && !of_value;
        // What is waited for is no list that something is added to.
        let pushes = &**first == "push"
            && functions.iter().any(|function| source(*function).contains(&format!("await {of}.push(")));
        if !of_answer && (pushes || changes || WRITING.contains(&&**first)) {
            return false;
        }
    }
    looks
}
