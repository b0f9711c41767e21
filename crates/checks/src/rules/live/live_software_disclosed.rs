use super::told;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for exchange in &live.exchanges {
        let Ok(answer) = &exchange.answer else { continue };
        let server = answer.header("server").filter(|value| value.bytes().any(|byte| byte.is_ascii_digit()));
        let Some(told_of) = answer.header("x-powered-by").or(server) else { continue };
        let told_of: String = told_of.chars().take(80).collect();
        findings
            .at(&exchange.request.place(), format!("answers name the software: `{told_of}`"))
            .why("it tells which advisories to try")
            .fix(Fix::manual("take the header off in front of the portal"))
            .evidence(told(live, &exchange.request, answer));
        // Once says it.
        break;
    }
    Ok(())
}
