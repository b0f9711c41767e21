use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in live.answered(Purpose::Index) {
        let mut missing = Vec::new();
        if answer.header("x-content-type-options").is_none_or(|value| !value.eq_ignore_ascii_case("nosniff"))
        {
            missing.push("X-Content-Type-Options: nosniff");
        }
        if answer.header("referrer-policy").is_none_or(|value| value.eq_ignore_ascii_case("unsafe-url")) {
            missing.push("Referrer-Policy");
        }
        if live.base.starts_with("https:") && answer.header("strict-transport-security").is_none() {
            missing.push("Strict-Transport-Security");
        }
        if missing.is_empty() {
            continue;
        }
        findings
            .at(&request.place(), format!("security headers are missing: {}", missing.join(", ")))
            .why("the backend sends them by itself, so something on the way takes them off")
            .fix(Fix::manual("let proxies pass the backend's headers on, or add these there"))
            .evidence(told(live, request, answer));
    }
    Ok(())
}
