use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Attempts after which a limit would have shown.
const ENOUGH: usize = 20;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let attempts: Vec<_> = live.answered(Purpose::Burst).collect();
    if attempts.iter().any(|(_, answer)| answer.is_away()) {
        return Ok(());
    }
    let Some((request, answer)) = attempts.last().filter(|_| attempts.len() >= ENOUGH) else {
        answers(live, Purpose::Burst)?;
        return Err(Skip::because("there is no sign-in by a provider here that could be tried often"));
    };
    // The reference's own limit leaves these out unless told otherwise.
    let (confidence, where_from) = if live.is_loopback() {
        (Confidence::Low, "; it was asked from this machine, which the limit of the reference leaves out")
    } else {
        (Confidence::Medium, "; limits by address may sit further out")
    };
    findings
        .at(&request.place(), format!("{} sign-in attempts in a row were all answered", attempts.len()))
        .confidence(confidence)
        .why(format!("nothing slows down who tries credentials{where_from}"))
        .fix(Fix::manual(
            "set `backend.rateLimit` with a `window` and an `incomingRequestLimit` (works since 1.52), or limit `/api/auth/` in front of the portal",
        ))
        .evidence(told(live, request, answer));
    Ok(())
}
