use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-auth-backend-module-guest-provider";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let added = cx.backends()?.iter().flat_map(|backend| backend.adding(PACKAGE));
    for one in added.filter(|one| !one.is_for_development()) {
        // A variable that somebody has to set keeps it out until then.
        let module = one.call.at.module;
        let by_variable = one.guards.iter().any(|guard| {
            guard.holds && guard.test.is_some_and(|test| module.source(test.span).contains("process.env."))
        });
        findings
            .at(&one.place, "the backend has the guest provider")
            .severity(if by_variable { Severity::Low } else { Severity::Medium })
            .why("one key of the configuration, or an image without NODE_ENV=production, is then enough for guests to come in")
            .fix(Fix::manual("remove the module, or add it only where NODE_ENV is not production"));
    }
    Ok(())
}
