use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Database, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        let Some(database) = production.at("backend.database") else { continue };
        let connection = database.get("connection");
        let memory = connection.filter(|connection| connection.as_str() == Some(":memory:")).or_else(|| {
            connection
                .and_then(|connection| connection.get("filename"))
                .filter(|file| file.as_str() == Some(":memory:"))
        });
        let is_sqlite =
            database.get("client").and_then(Item::as_str).is_some_and(|client| client.contains("sqlite"));
        let Some(memory) = memory.filter(|_| is_sqlite) else { continue };
        findings
            .at(&memory.place, "production keeps its data in memory")
            .why("at each restart signing keys, sessions, audit state and registered locations are gone; two replicas do not know each other's tokens")
            .fix(Fix::manual("use PostgreSQL, or for one replica a directory on a volume"))
            .evidence([production.how.clone()]);
    }
    Ok(())
}
