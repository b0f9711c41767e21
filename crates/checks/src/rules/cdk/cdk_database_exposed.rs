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
    left_out(cx, findings)
}

/// What is off unless it is said.
fn left_out(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            let is_database =
                matches!(call.name(), Some("DatabaseInstance" | "DatabaseCluster" | "ServerlessCluster"));
            if !is_database || !super::is_made_of(call, "rds") {
                continue;
            }
            let Some(options) = super::options(call) else { continue };
            let place = module.place(call.name_span());
            let is_kept = options
                .property("removalPolicy")
                .is_some_and(|(_, policy)| policy.source().ends_with(".RETAIN"));
            if options.property("deletionProtection").is_none() && !is_kept {
                findings
                    .at(&place, "the database can be deleted with the stack, as nothing says otherwise")
                    .severity(Severity::Low)
                    .why("one wrong command takes sessions, keys and audit state along")
                    .fix(Fix::manual("set `deletionProtection: true`"));
            }
            let says = ["storageEncrypted", "storageEncryptionKey", "snapshotIdentifier"];
            if call.name() != Some("ServerlessCluster")
                && says.iter().all(|key| options.property(key).is_none())
            {
                findings
                    .at(&place, "the database's disk is not encrypted, as nothing says otherwise")
                    .severity(Severity::Medium)
                    .why("snapshots and backups can be read by whoever gets a copy")
                    .fix(Fix::manual(
                        "set `storageEncrypted: true`; an existing database is moved through a snapshot",
                    ));
            }
        }
    }
    Ok(())
}
