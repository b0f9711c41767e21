use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Trick)? {
        if !live.is_data(answer) {
            continue;
        }
        findings
            .at(
                &request.place(),
                format!("another spelling of a path passes the guard: `{}`", request.target),
            )
            .why(
                "the plain spelling is refused; whoever decides and whoever serves read the path differently",
            )
            .fix(Fix::manual(
                "have the path normalised once, at the edge, and refuse traversal there; upgrade the release",
            ))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
