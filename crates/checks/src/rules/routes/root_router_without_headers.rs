use crate::code::{At, CallAt, FunctionAt};
use crate::fix::Fix;
use crate::rules::in_code::{reached, source};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("rootHttpRouterServiceFactory") {
        let Some((configure, place)) = configured(call) else { continue };
        // The defaults set them; else the middleware does, or helmet itself, here or in what is called.
        let sets = |function: &FunctionAt<'_>| {
            ["applyDefaults", "helmet", "Content-Security-Policy"]
                .iter()
                .any(|way| source(*function).contains(way))
        };
        if reached(configure).iter().any(sets) {
            continue;
        }
        findings
            .at(&place, "the HTTP server is put together without the security headers")
            .why("neither `backend.csp` nor any other header of helmet is sent: no Content-Security-Policy, no frame-ancestors, no HSTS, no nosniff")
            .fix(Fix::manual("call `applyDefaults()` in `configure`, or `app.use(middleware.helmet())` before the routes"))
            .because(Some(&call.place()), "the root router is replaced here");
    }
    Ok(())
}

/// The `configure` that a root router is made with, and where its name is written.
pub(super) fn configured(call: CallAt<'_>) -> Option<(FunctionAt<'_>, Place)> {
    let options = call.arg(0)?.value();
    let (key, value) = options.property("configure")?;
    Some((At::function(value)?, call.at.with(options.expr).module.place(key)))
}
