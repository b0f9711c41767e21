use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Method)? {
        if answer.is_success() && answer.kind() != "text/html" {
            findings
                .at(&request.place(), "TRACE is answered")
                .why("it echoes what proxies add to a request, credentials among it")
                .fix(Fix::manual("allow GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS alone"))
                .evidence(told(live, request, answer));
        }
    }
    Ok(())
}
