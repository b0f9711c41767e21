use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.keyStore.provider")?.filter(|setting| !setting.is_for_development()) {
        let (message, why) = match setting.item.literal() {
            Some("static") => (
                "user tokens are signed with a key from a file",
                "it is never rotated: who reads that file once signs in as anybody until somebody replaces it",
            ),
            Some("memory") => (
                "keys of user tokens are kept in memory",
                "every restart signs everybody out, and replicas refuse each other's tokens",
            ),
            _ => continue,
        };
        findings
            .at(&setting.item.place, message)
            .severity(setting.severity(Severity::Low))
            .why(why)
            .fix(Fix::suggested(
                "keep keys in the database, which rotates them",
                vec![Edit::set(setting.item, "database")],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
