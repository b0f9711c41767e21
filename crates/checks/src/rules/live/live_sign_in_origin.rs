use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::SignIn)? {
        let is_sent_on = (300..400).contains(&answer.status)
            && answer.header("location").is_some_and(|to| to.contains("state="));
        if !is_sent_on {
            continue;
        }
        let provider = request.path().split('/').nth(3).unwrap_or_default();
        findings
            .at(&request.place(), format!("sign-in by `{provider}` starts for a web page of any origin"))
            .why("when it is done, the page of a stranger that opened it gets the token of whoever signed in")
            .fix(Fix::manual("name exact origins in `auth.experimentalExtraAllowedOrigins`, or remove it"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
