use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for listener in super::resources(cx, &["aws_lb_listener", "aws_alb_listener"])? {
        let Some(protocol) = listener.at("protocol").filter(|item| item.as_str() == Some("HTTP")) else {
            continue;
        };
        let actions = listener.at("default_action").map(Item::one_or_many).unwrap_or_default();
        let forwards = |action: &Item| {
            action.get("type").and_then(Item::as_str).is_some_and(|kind| kind.starts_with("forward"))
        };
        if actions.iter().any(forwards) {
            findings
                .at(protocol.key_place(), format!("`{}` serves the portal without TLS", listener.label()))
                .why("tokens and cookies can be read and changed on the way")
                .fix(Fix::manual("listen with HTTPS, and let the plain listener only redirect"));
        }
    }
    Ok(())
}
