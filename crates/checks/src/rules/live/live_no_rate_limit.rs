use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Attempts after which a limit would have shown.
const ENOUGH: usize = 20;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let attempts: Vec<_> = live.answered(Purpose::Burst).collect();
    let limited = attempts.iter().any(|(_, answer)| answer.status == 429 || answer.status == 503);
    let Some((request, answer)) = attempts.last().filter(|_| attempts.len() >= ENOUGH && !limited) else {
        return Ok(());
    };
    findings
        .at(&request.place(), format!("{} sign-in attempts in a row were all answered", attempts.len()))
        .confidence(Confidence::Medium)
        .why("nothing slows down who tries credentials; limits by address may sit further out")
        .fix(Fix::manual(
            "set `backend.rateLimit` (works since 1.52), or limit `/api/auth/` in front of the portal",
        ))
        .evidence(told(live, request, answer));
    Ok(())
}
