use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Signals)? {
        if answer.status == 101 {
            findings
                .at(&request.place(), "strangers can listen to signals")
                .why("without a token the connection is taken as `user:default/guest`, and gets every broadcast")
                .fix(Fix::manual("require sign-in in front of `/api/signals`, or remove the signals plugin; no setting of the reference closes it"))
                .evidence(told(live, request, answer));
        }
    }
    Ok(())
}
