use crate::fix::Fix;
use crate::live::Request;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Exposure, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let Some(index) = live.exchanges.first().filter(|_| live.is_plain()) else { return Ok(()) };
    let is_moved = index.answer.as_ref().is_ok_and(|answer| {
        (300..400).contains(&answer.status)
            && answer.header("location").is_some_and(|to| to.starts_with("https:"))
    });
    if !is_moved {
        findings
            .at(&index.request.place(), "the portal is served over plain HTTP")
            .why("tokens and cookies pass in the clear; whoever is on the way takes them")
            .fix(Fix::manual("serve it over TLS alone, and redirect plain requests"))
            .because(None, Request::get("/").curl(&live.base));
    }
    Ok(())
}
