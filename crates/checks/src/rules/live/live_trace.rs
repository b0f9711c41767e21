use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let mut asked = false;
    for (request, answer) in live.answered(Purpose::Method) {
        asked = true;
        if answer.is_success()
            && !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
        {
            findings
                .at(&request.place(), "TRACE is answered")
                .why("it echoes what proxies add to a request, credentials among it")
                .fix(Fix::manual("allow GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS alone"))
                .evidence(told(live, request, answer));
        }
    }
    if asked {
        Ok(())
    } else {
        Err(Skip::because("methods beyond GET, HEAD and OPTIONS were not allowed to be sent"))
    }
}
