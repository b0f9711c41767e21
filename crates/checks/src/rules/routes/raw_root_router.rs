use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for call in code.calls("use") {
        if !call.receiver().is_some_and(|receiver| receiver.source().ends_with("rootHttpRouter")) {
            continue;
        }
        let path = call.arg(0).and_then(crate::code::At::text);
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
        let Some(configure) = call.arg(0).and_then(|options| options.get("configure")) else { continue };
        if configure.source().contains("applyDefaults") {
            continue;
        }
        findings
            .at(&call.place(), "the HTTP server is put together by hand, without the defaults")
            .confidence(Confidence::Medium)
            .why("headers, limits and error handling of the reference are then only there if somebody wrote them again")
            .fix(Fix::manual("call `applyDefaults()` in `configure`, and add to it"));
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
