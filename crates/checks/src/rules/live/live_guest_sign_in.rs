use super::{answers, step, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Guest, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Guest)? {
        let identity = answer.json().filter(|_| answer.is_success());
        let Some(identity) = identity.as_ref().and_then(|body| body.get("backstageIdentity")) else {
            continue;
        };
        let who = identity
            .pointer("/identity/userEntityRef")
            .and_then(serde_json::Value::as_str)
            .unwrap_or("a user");
        let read: Vec<_> =
            live.answered(Purpose::GuestRoute).filter(|(_, answer)| live.is_data(answer)).collect();
        let reads: Vec<String> = read.iter().map(|(request, _)| format!("`{}`", request.path())).collect();
        let reads =
            if reads.is_empty() { String::new() } else { format!(", and reads {}", reads.join(", ")) };
        let shown = read.first().map(|(request, answer)| {
            step(format!("answered {}: {}", answer.status, request.curl(&live.base)))
        });
        findings
            .at(&request.place(), format!("anyone can sign in as `{who}`{reads}"))
            .why("the answer holds a token that every route takes for a signed-in user")
            .fix(Fix::manual("remove the guest provider from the configuration and its module from the backend, and set NODE_ENV=production"))
            .evidence(told(live, request, answer))
            .evidence(shown);
    }
    Ok(())
}
