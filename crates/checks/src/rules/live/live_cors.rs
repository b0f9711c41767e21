use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let mut told_of = Vec::new();
    for (request, answer) in answers(live, Purpose::Origin)? {
        let sent = request.header("Origin");
        let Some(allowed) = answer.header("access-control-allow-origin") else { continue };
        let is_strange = Some(allowed) == sent || allowed == "*" || allowed == "null";
        if !is_strange || told_of.contains(&allowed) {
            continue;
        }
        told_of.push(allowed);
        let is_readable = answer.header("access-control-allow-credentials") == Some("true") && allowed != "*";
        findings
            .at(&request.place(), format!("any origin is allowed: the answer says `{allowed}`"))
            .severity(if is_readable { Severity::High } else { Severity::Medium })
            .why(if is_readable {
                "any web page can call the portal with the cookies of whoever looks at it, and read the answers"
            } else {
                "any web page can read what the portal answers to its visitors"
            })
            .fix(Fix::manual("name the portal's own origin in `backend.cors.origin`, without patterns"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
