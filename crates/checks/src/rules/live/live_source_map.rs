use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::SourceMap)? {
        let kind = answer.kind();
        if answer.is_success() && !kind.is_empty() && kind != "text/html" {
            findings
                .at(&request.place(), "strangers get the source of the frontend: its source maps are served")
                .why("plugins of your own are in it, with their comments, routes and names of services")
                .fix(Fix::manual("delete `*.map` below `packages/app/dist` when the image is built"))
                .evidence(told(live, request, answer));
        }
    }
    Ok(())
}
