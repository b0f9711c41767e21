use super::root_router_without_headers::configured;
use crate::code::{At, CallAt, Def};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for call in code.calls("use") {
        if !call.receiver().is_some_and(|receiver| receiver.source().ends_with("rootHttpRouter")) {
            continue;
        }
        let path = call.arg(0).and_then(At::text);
        if path.as_deref().is_some_and(is_for_strangers) {
            continue;
        }
        let is_metrics = path.as_deref().is_some_and(|path| path.contains("metrics"));
        findings
            .at(
                &call.place(),
                format!(
                    "`{}` is served beside the plugins, where nobody asks who calls",
                    path.as_deref().unwrap_or("a router")
                ),
            )
            .severity(if is_metrics { Severity::Low } else { Severity::Medium })
            .why("the root router is outside of the default auth policy")
            .fix(Fix::manual(
                "mount it on the plugin's own `httpRouter`; serve metrics on a listener of their own",
            ));
    }
    for call in code.calls("rootHttpRouterServiceFactory") {
        let Some((configure, place)) = configured(call) else { continue };
        for route in configure.calls() {
            let Some((path, severity)) = open_route(route) else { continue };
            findings
                .at(&route.place(), format!("{path} is answered by the root router itself, where nobody asks who calls"))
                .severity(severity)
                .why("the default auth policy guards the plugins' routers; what `configure` answers itself is before it")
                .fix(Fix::manual("make a plugin of it, with its own `httpRouter`; or authenticate the caller in the handler"))
                .because(Some(&place), "the root router is put together here");
        }
    }
    for call in code.calls("metricsHandler") {
        findings
            .at(&call.place(), "metrics are served on the portal's own port")
            .severity(Severity::Low)
            .why("whoever reaches the portal reads names of entities, hosts and numbers of users out of them")
            .fix(Fix::manual("serve them on a listener of their own, which only the collector reaches"));
    }
    Ok(())
}

/// A route that answers strangers: which, and how bad that is.
fn open_route(call: CallAt<'_>) -> Option<(String, Severity)> {
    let severity = match call.name()? {
        "post" | "put" | "patch" | "delete" | "all" => Severity::Medium,
        "get" => Severity::Low,
        _ => return None,
    };
    // A handler, and something that routes: `app`, or a router that is made here.
    let handler = call.args().skip(1).last()?.function()?;
    let receiver = call.receiver()?;
    let routes = match receiver.resolve() {
        Def::Param { .. } | Def::Member { .. } => receiver.source().rsplit('.').next() == Some("app"),
        Def::Value(made) => made.call().is_some_and(|made| made.at.source().contains("outer(")),
        _ => false,
    };
    let asks = ["httpAuth", "authenticate", "verify"]
        .iter()
        .any(|way| handler.module.source(handler.function.span).contains(way));
    let path = call.arg(0)?.text();
    if !routes || asks || path.as_deref().is_some_and(is_for_strangers) {
        return None;
    }
    Some((path.map_or_else(|| "a route".to_owned(), |path| format!("`{path}`")), severity))
}

/// Whether a path is for probes, or says what everybody may know.
fn is_for_strangers(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    path.contains(".well-known")
        || last.contains("health")
        || [
            "live",
            "livez",
            "liveness",
            "ready",
            "readyz",
            "readiness",
            "ping",
            "version",
            "robots.txt",
            "favicon.ico",
        ]
        .contains(&last)
}
