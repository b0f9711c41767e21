use super::{index, told};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let (request, answer) = index(live)?;
    let mut missing = Vec::new();
    if answer.header("x-content-type-options").is_none_or(|value| !value.eq_ignore_ascii_case("nosniff")) {
        missing.push("X-Content-Type-Options: nosniff");
    }
    let referrer = answer.header("referrer-policy").unwrap_or_default().to_ascii_lowercase();
    if referrer.is_empty() {
        missing.push("Referrer-Policy");
    }
    if live.base.starts_with("https:") && answer.header("strict-transport-security").is_none() {
        missing.push("Strict-Transport-Security");
    }
    if !missing.is_empty() {
        findings
            .at(&request.place(), format!("security headers are missing: {}", missing.join(", ")))
            .why("the backend sends them by itself, so something on the way takes them off")
            .fix(Fix::manual("let proxies pass the backend's headers on, or add these there"))
            .evidence(told(live, request, answer));
    }
    // Of several, browsers take the last that they know.
    let last = referrer.rsplit(',').next().unwrap_or_default().trim();
    if matches!(last, "unsafe-url" | "no-referrer-when-downgrade") {
        findings
            .at(
                &request.place(),
                format!("addresses of pages are told to other sites: `Referrer-Policy: {last}`"),
            )
            .why("links out of docs and entities tell where they were: names of services, searches, tasks")
            .fix(Fix::manual("remove `backend.referrer`, or set `no-referrer` there"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
