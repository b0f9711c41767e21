use super::{configuration, told};
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let (request, answer, page) = configuration(live)?;
    let enabled = page.get("/permission/enabled");
    if enabled.is_some_and(|value| *value == true || *value == "true") {
        return Ok(());
    }
    let (confidence, what) = match enabled {
        Some(_) => (Confidence::High, "permissions are off: the first page says so"),
        // A frontend without a schema for it does not show what the backend does.
        None => (Confidence::Medium, "permissions are not on, as far as the first page tells"),
    };
    findings
        .at(&request.place(), what)
        .confidence(confidence)
        .why("whoever is signed in may do everything; the page also tells strangers that it is so")
        .fix(Fix::manual(
            "set `permission.enabled: true`, and a policy that allows by rule and denies the rest",
        ))
        .evidence(told(live, request, answer));
    Ok(())
}
