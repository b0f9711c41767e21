use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Low, serve: Serve::Reports, check };

/// Accounts that a database is made with, and that may do everything.
const ALL_POWERFUL: &[&str] = &["postgres", "root", "sa", "admin", "psqladmin", "rdsadmin"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.database.connection.user")? {
        let Some(user) = setting.item.literal().filter(|user| ALL_POWERFUL.contains(&user.trim())) else {
            continue;
        };
        if !setting.is_effective() {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("the backend connects as `{user}`, which may do everything"))
            .why("an injection or a stolen password reaches every database of the server, and files of its machine")
            .fix(Fix::manual("make an account that owns the portal's databases alone"))
            .evidence(setting.evidence());
    }
    Ok(())
}
