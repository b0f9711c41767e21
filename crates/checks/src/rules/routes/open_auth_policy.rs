use crate::code::backend::{Entry, Method};
use crate::code::{At, CallAt, Constant};
use crate::fix::Fix;
use crate::rules::in_code::{around, handled, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Paths that strangers may ask for.
const FINE: &[&str] = &[
    "/health",
    "/healthcheck",
    "/healthz",
    "/ready",
    "/readiness",
    "/liveness",
    "/livez",
    "/readyz",
    "/ping",
    "/version",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("addAuthPolicy") {
        let Some(policy) = call.arg(0) else { continue };
        let allow = policy.get("allow");
        if allow.and_then(At::text).as_deref() != Some("unauthenticated") {
            continue;
        }
        let path = policy.get("path").and_then(At::text);
        let opened = path.as_deref().map(|path| opened(&call, path)).unwrap_or_default();
        if opened == Opened::Pictures {
            continue;
        }
        let (severity, message, confidence) = match path.as_deref() {
            Some("/" | "" | "*" | "/*") => {
                (Severity::High, "the whole plugin is open to strangers".to_owned(), Confidence::High)
            }
            Some(path) if FINE.contains(&path.trim_end_matches('/')) => continue,
            Some(path) if opened == Opened::Nothing => (
                Severity::Low,
                format!("`{path}` opens no route of the plugin: the path is below the plugin's own already"),
                Confidence::Medium,
            ),
            Some(path) if handlers_ask(&call, path) => (
                Severity::Low,
                format!("only the handlers of `{path}` and below it look at who calls"),
                Confidence::High,
            ),
            Some(path) => {
                let hook = path.to_ascii_lowercase().contains("hook");
                let severity = if hook { Severity::Low } else { Severity::Medium };
                (severity, format!("`{path}` and all below it are open to strangers"), Confidence::High)
            }
            None => (
                Severity::Medium,
                "a path that is only known when it runs is open to strangers".to_owned(),
                Confidence::Medium,
            ),
        };
        let text = call.at.module.text();
        // Mocks that are only loaded in their own mode.
        let is_mock = text.contains("MOCK") || call.at.module.path.contains("mock");
        findings
            .at(&call.place(), message)
            .severity(if is_mock { Severity::Low } else { severity })
            .confidence(confidence)
            .why(if opened == Opened::Nothing {
                "it says that strangers are let in, and whoever puts the path right lets them in to every route"
            } else {
                "the path is a prefix: every route below it is served without asking who calls"
            })
            .fix(Fix::manual("name the one exact route that strangers need, such as `/health`; let others ask for credentials"));
    }
    Ok(())
}

/// What a policy opens, as far as the router tells that is mounted beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Opened {
    /// Whatever.
    #[default]
    Unknown,
    /// No route at all.
    Nothing,
    /// Files that everybody may see, and constants.
    Pictures,
}

fn opened(call: &CallAt<'_>, path: &str) -> Opened {
    let Some(function) = around(call).into_iter().next_back() else { return Opened::Unknown };
    let own = |other: &CallAt<'_>| {
        let of = |call: &CallAt<'_>| call.receiver().map(|receiver| receiver.source().to_owned());
        other.name() == Some("use") && of(other) == of(call)
    };
    let mounted: Vec<CallAt<'_>> = function.calls().into_iter().filter(own).collect();
    let [mount] = &mounted[..] else { return Opened::Unknown };
    let router = mount.arg(0).filter(|_| mount.call.args.len() == 1);
    let Some(router) = router.and_then(|router| call.at.code.router_of(router)) else {
        return Opened::Unknown;
    };
    if router.entries.is_empty() {
        return Opened::Unknown;
    }
    let is_root = matches!(path, "/" | "" | "*" | "/*");
    let mut below = router.entries.iter().filter(|entry| match &entry.path {
        Constant::Text(at) => {
            is_root || is_below(at, path) || at.starts_with(['*', '/']) && at.contains("/*")
        }
        _ => true,
    });
    // What has no path of its own may be a router with routes of any name.
    let is_middleware = |entry: &&Entry<'_>| {
        entry.method == Method::Use && matches!(&entry.path, Constant::Text(at) if &**at == "/")
    };
    if !is_root && router.entries.iter().filter(|entry| !is_middleware(entry)).count() > 0 {
        let has_routers = router
            .entries
            .iter()
            .filter(is_middleware)
            .any(|entry| entry.handlers.iter().any(|handler| call.at.code.router_of(*handler).is_some()));
        return if has_routers || below.next().is_some() { Opened::Unknown } else { Opened::Nothing };
    }
    if is_root && below.all(|entry| is_for_all(entry)) { Opened::Pictures } else { Opened::Unknown }
}

/// Whether an entry serves files of a folder, or answers with what it has without calling anything.
fn is_for_all(entry: &Entry<'_>) -> bool {
    match entry.method {
        Method::Use => entry
            .handlers
            .iter()
            .all(|handler| handler.call().is_some_and(|call| matches!(call.name(), Some("static" | "json")))),
        Method::Get => {
            let functions = entry.functions();
            !functions.is_empty()
                && functions.into_iter().all(|function| {
                    function.calls().iter().all(|call| {
                        matches!(call.name(), Some("json" | "send" | "status" | "type" | "setHeader"))
                            && call.receiver().is_some_and(|of| of.source().starts_with("res"))
                    })
                })
        }
        _ => false,
    }
}

/// Whether every route of the plugin at a path or below it looks at the caller's credentials itself, and there are some.
fn handlers_ask(call: &CallAt<'_>, path: &str) -> bool {
    let code = call.at.code;
    let folder = code.package_folder(call.at.module);
    let mut routes = 0;
    for module in code.under(&folder) {
        for route in code.calls_in(module) {
            let is_route = matches!(route.name(), Some("get" | "post" | "put" | "patch" | "delete" | "all"))
                && route.receiver().is_some();
            let at = route.arg(0).filter(|_| is_route && route.call.args.len() >= 2).and_then(At::text);
            if !at.is_some_and(|at| is_below(&at, path)) {
                continue;
            }
            routes += 1;
            let mut functions = route.args().skip(1).flat_map(handled);
            if !functions.any(|function| awaits_caller(source(function))) {
                return false;
            }
        }
    }
    routes > 0
}

fn is_below(route: &str, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let start = route.get(..path.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(path))
        && matches!(route.as_bytes().get(path.len()), None | Some(b'/'))
}

/// Whether code waits for the answer about who calls: `await auth.authenticate(..)`. Without `await` it is a promise, which
/// is always true.
fn awaits_caller(text: &str) -> bool {
    ["authenticate(", "credentials("].iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let before = text[..at].trim_end_matches(|c: char| c.is_alphanumeric() || "._?!$#".contains(c));
            before.trim_end().ends_with("await")
        })
    })
}
