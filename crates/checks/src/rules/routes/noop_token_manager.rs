use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::ServiceCredentials,
    severity: Severity::High,
    serve: Serve::Inapplicable,
    check,
};

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for call in cx.code()?.calls("noop") {
        if call.receiver().is_some_and(|receiver| receiver.source().ends_with("ServerTokenManager")) {
            findings
                .at(&call.place(), "plugins trust each other without a token")
                .why("the manager makes empty tokens and takes any: whoever calls a plugin is taken for another plugin")
                .fix(Fix::manual("use `ServerTokenManager.fromConfig(config, { logger })`, or the new backend system"));
        }
    }
    Ok(())
}
