use super::{answers, told};
use crate::fix::Fix;
use crate::live::{Answer, PROXY_CONTROL, Purpose};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    answers(live, Purpose::Proxy)?;
    let control = live
        .answered(Purpose::Proxy)
        .find(|(request, _)| request.target == PROXY_CONTROL)
        .map(|(_, answer)| answer);
    for (request, answer) in live.answered(Purpose::Proxy) {
        if request.target == PROXY_CONTROL || answer.status == 429 || !is_passed_on(answer, control) {
            continue;
        }
        let gives = answer.is_success();
        findings
            .at(&request.place(), format!("the proxy `{}` serves strangers", request.target))
            .severity(if gives { Severity::Critical } else { Severity::High })
            .confidence(if gives { Confidence::High } else { Confidence::Medium })
            .why("strangers call the service behind it, with the credentials that the proxy adds")
            .fix(Fix::manual("set `credentials: require` on the endpoint, or upgrade to a release since 1.28, where that is the default"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}

/// Whether a target spoke, or the proxy of one that is away: neither the portal's own error, nor what is answered for an
/// endpoint that there is not.
fn is_passed_on(answer: &Answer, control: Option<&Answer>) -> bool {
    let Some(control) = control else { return answer.is_data() };
    let is_own = answer.error().is_some()
        && answer.json().is_some_and(|body| body.get("request").is_some() || body.get("response").is_some());
    let is_like = answer.is_like(control) && answer.error() == control.error();
    !is_own && !is_like
}
