use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in live.answered(Purpose::Origin) {
        let sent =
            request.headers.iter().find(|(name, _)| *name == "Origin").map(|(_, value)| value.as_str());
        let Some(allowed) = answer.header("access-control-allow-origin") else { continue };
        let with_credentials = answer.header("access-control-allow-credentials") == Some("true");
        let is_strange = Some(allowed) == sent || allowed == "*" || allowed == "null";
        if !is_strange {
            continue;
        }
        findings
            .at(&request.place(), format!("any origin is allowed: the answer says `{allowed}`"))
            .severity(if with_credentials && allowed != "*" { Severity::High } else { Severity::Medium })
            .why(if with_credentials && allowed != "*" {
                "any web page can call the portal with the cookies of whoever looks at it, and read the answers"
            } else {
                "any web page can read what the portal answers to its visitors"
            })
            .fix(Fix::manual("name the portal's own origin in `backend.cors.origin`, without patterns"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
