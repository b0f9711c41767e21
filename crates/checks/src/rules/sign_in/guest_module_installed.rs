use crate::fix::Fix;
use crate::rules::in_code::added;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for one in added(cx.code()?) {
        if one.is("@backstage/plugin-auth-backend-module-guest-provider") {
            findings
                .at(&one.place, "the backend has the guest provider")
                .why("one key of the configuration, or an image without NODE_ENV=production, is then enough for guests to come in")
                .fix(Fix::manual("remove the module, or add it only where NODE_ENV is not production"));
        }
    }
    Ok(())
}
