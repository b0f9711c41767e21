use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    // What a name that no endpoint has is answered.
    for (request, answer) in live.answered(Purpose::Proxy) {
        // The target's own refusal also shows that the proxy passed the request on.
        let is_passed = answer.is_data() || (matches!(answer.status, 502 | 504) && !answer.body.is_empty());
        if !is_passed {
            continue;
        }
        findings
            .at(&request.place(), format!("the proxy `{}` serves strangers", request.target))
            .severity(if answer.is_data() { Severity::Critical } else { Severity::High })
            .why("strangers call the service behind it, with the credentials that the proxy adds")
            .fix(Fix::manual("set `credentials: require` on the endpoint, or upgrade to a release since 1.28, where that is the default"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
