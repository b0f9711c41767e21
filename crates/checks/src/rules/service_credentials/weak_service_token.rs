use crate::fix::Fix;
use crate::tree::Text;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ServiceCredentials, severity: Severity::High, serve: Serve::Refuses, check };

/// A token of 16 random bytes is at least as long, in any encoding.
const SHORTEST: usize = 22;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for pattern in [
        "backend.auth.externalAccess.*.options.token",
        "backend.auth.externalAccess.*.options.secret",
        "backend.auth.keys.*.secret",
    ] {
        for setting in cx.settings(pattern)?.filter(|setting| !setting.is_for_development()) {
            let (value, what) = match setting.item.text() {
                Some(Text::Literal(value)) => (value, "is"),
                Some(Text::Outside { default: Some(value) }) => (value, "defaults to something"),
                _ => continue,
            };
            if value.len() >= SHORTEST && !is_plain(value) {
                continue;
            }
            findings
                .at(&setting.item.place, format!("a service credential {what} short or made of plain words"))
                .severity(setting.severity(Severity::High))
                .why("it can be guessed, and who guesses it calls the backend as a service")
                .fix(Fix::manual("make one of 32 random bytes, and take it from a secret store"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

/// Words with something between them: letters of one case, no digit among them.
fn is_plain(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_lowercase() || "-_. ".contains(c))
}
