use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-auth-backend-module-guest-provider";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let added = cx.backends()?.iter().flat_map(|backend| backend.adding(PACKAGE));
    for one in added.filter(|one| !one.is_for_development()) {
        findings
            .at(&one.place, "the backend has the guest provider")
            .why("one key of the configuration, or an image without NODE_ENV=production, is then enough for guests to come in")
            .fix(Fix::manual("remove the module, or add it only where NODE_ENV is not production"));
    }
    Ok(())
}
