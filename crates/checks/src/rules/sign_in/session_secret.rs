use crate::fix::Fix;
use crate::tree::Text;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.session.secret")?.filter(|setting| !setting.is_for_development()) {
        let message = match setting.item.text() {
            Some(Text::Literal(_)) => "the secret of sign-in sessions is written in the configuration",
            Some(Text::Outside { default: Some(_) }) => {
                "the secret of sign-in sessions has a default that everybody can read"
            }
            _ => continue,
        };
        findings
            .at(&setting.item.place, message)
            .severity(setting.severity(Severity::High))
            .why("who knows it forges the session cookie that carries the state of a sign-in")
            .fix(Fix::manual(
                "take it from a secret store, as `${AUTH_SESSION_SECRET}`, 32 random bytes or more",
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
