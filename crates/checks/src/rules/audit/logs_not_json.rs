use crate::fix::Fix;
use crate::repo::NodeEnv;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        let is_other = match &production.node_env {
            NodeEnv::Set(item) => item.literal().is_some_and(|value| value != "production"),
            NodeEnv::Unset => true,
            NodeEnv::Unknown => false,
        };
        let Some(place) = production.launch.place.as_ref().filter(|_| is_other && production.certain) else {
            continue;
        };
        findings
            .at(place, "the backend is started without NODE_ENV=production: its logs are coloured text")
            .confidence(Confidence::Medium)
            .why("collectors cannot tell audit events and their fields apart; errors also show stack traces to callers")
            .fix(Fix::manual("set NODE_ENV=production in the image"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
