use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["publiclyAccessible", "storageEncrypted", "deletionProtection"])?
    {
        let (severity, message, why) = match property.key {
            "publiclyAccessible" if property.is(true) => (
                Severity::High,
                "the database has a public address",
                "its password is all that keeps the internet out",
            ),
            "storageEncrypted" if property.is(false) => (
                Severity::Medium,
                "the database's disk is not encrypted",
                "snapshots and backups can be read by whoever gets a copy",
            ),
            "deletionProtection" if property.is(false) => (
                Severity::Low,
                "the database can be deleted with the stack",
                "one wrong command takes sessions, keys and audit state along",
            ),
            _ => continue,
        };
        findings
            .at(&property.place, message)
            .severity(severity)
            .why(why)
            .fix(Fix::manual("change it; both kinds are safe to change on a running database"));
    }
    Ok(())
}
