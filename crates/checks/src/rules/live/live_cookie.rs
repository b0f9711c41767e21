use super::told;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let mut told_of = Vec::new();
    for exchange in &live.exchanges {
        let Ok(answer) = &exchange.answer else { continue };
        for cookie in answer.all("set-cookie") {
            let name = cookie.split('=').next().unwrap_or_default().trim();
            let has = |attribute: &str| {
                cookie.split(';').skip(1).any(|part| part.trim().to_ascii_lowercase().starts_with(attribute))
            };
            let is_removal = cookie.to_ascii_lowercase().contains("max-age=0") || cookie.contains("1970");
            let mut missing = Vec::new();
            if !has("httponly") {
                missing.push("HttpOnly");
            }
            if !has("secure") && live.base.starts_with("https:") {
                missing.push("Secure");
            }
            if !has("samesite") {
                missing.push("SameSite");
            }
            if missing.is_empty() || is_removal || told_of.contains(&name.to_owned()) {
                continue;
            }
            told_of.push(name.to_owned());
            findings
                .at(&exchange.request.place(), format!("the cookie `{name}` lacks {}", missing.join(", ")))
                .why("a script, a plain connection or another site's page may use it")
                .fix(Fix::manual("set the attributes where the cookie is made; a proxy's own session cookie counts as well"))
                .evidence(told(live, &exchange.request, answer));
        }
    }
    Ok(())
}
