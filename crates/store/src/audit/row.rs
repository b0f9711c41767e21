//! A record as it lies in the table.

use model::Timestamp;

use super::bounded::bound;
use crate::db::{Columns, instant};

/// One audit record, as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When the request came; kept to the microsecond.
    pub at: Timestamp,
    /// Who acted; `None` for a stranger.
    pub actor_id: Option<String>,
    /// What was asked for.
    pub action: String,
    /// What it was to be done to.
    pub resource_type: String,
    /// Which one.
    pub resource_ref: Option<String>,
    /// `allowed` or `denied`.
    pub outcome: String,
    /// The client's address.
    pub ip: Option<String>,
    /// Ties the record to the server's other logs.
    pub request_id: Option<String>,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The host the request asked for.
    pub hostname: Option<String>,
    /// Plugin the action belongs to.
    pub plugin: String,
    /// The reference auditor's event id.
    pub event_id: String,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: String,
    /// `initiated`, `succeeded` or `failed`.
    pub status: String,
    /// Ids of the policies that decided, separated by `, `.
    pub reason: Option<String>,
    /// More, as a JSON object without secrets.
    pub meta: Option<String>,
    /// Path and query of the request.
    pub url: Option<String>,
    /// HTTP method.
    pub method: Option<String>,
}

/// A record that is in the log, with its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRow {
    /// Number of the process that wrote it.
    pub writer: i64,
    /// Its place among that writer's records: 1, 2, 3 and so on, without gaps.
    pub seq: i64,
    /// The record.
    pub row: AuditRow,
}

/// Longest `meta`, in bytes; it is dropped whole, since half a JSON text is none.
const META_BYTES: usize = 8 * 1024;

impl AuditRow {
    /// The record with every text cut to its bound, so that a caller chooses how often he is
    /// recorded but not how much.
    #[must_use]
    pub(super) fn bounded(mut self) -> Self {
        let texts = [
            (&mut self.action, 128),
            (&mut self.resource_type, 128),
            (&mut self.outcome, 16),
            (&mut self.plugin, 64),
            (&mut self.event_id, 64),
            (&mut self.severity, 16),
            (&mut self.status, 16),
        ];
        for (text, max) in texts {
            bound(text, max);
        }
        let maybe = [
            (&mut self.actor_id, 1024),
            (&mut self.resource_ref, 1024),
            (&mut self.ip, 64),
            (&mut self.request_id, 128),
            (&mut self.user_agent, 512),
            (&mut self.hostname, 255),
            (&mut self.reason, 1024),
            (&mut self.url, 2048),
            (&mut self.method, 16),
        ];
        for (text, max) in maybe {
            if let Some(text) = text {
                bound(text, max);
            }
        }
        if let Some(meta) = &mut self.meta
            && (meta.len() > META_BYTES || meta.contains('\0'))
        {
            *meta = format!("{{\"droppedBytes\":{}}}", meta.len());
        }
        self
    }
}

impl RecordedRow {
    /// From a row of the `RECENT_AUDIT` statement.
    pub(super) fn read(row: &impl Columns) -> Result<Self, sqlx::Error> {
        Ok(Self {
            writer: row.int(0)?,
            seq: row.int(1)?,
            row: AuditRow {
                at: instant(row.int(2)?),
                actor_id: row.maybe_owned(3)?,
                action: row.owned(4)?,
                resource_type: row.owned(5)?,
                resource_ref: row.maybe_owned(6)?,
                outcome: row.owned(7)?,
                ip: row.maybe_owned(8)?,
                request_id: row.maybe_owned(9)?,
                user_agent: row.maybe_owned(10)?,
                hostname: row.maybe_owned(11)?,
                plugin: row.owned(12)?,
                event_id: row.owned(13)?,
                severity: row.owned(14)?,
                status: row.owned(15)?,
                reason: row.maybe_owned(16)?,
                meta: row.maybe_owned(17)?,
                url: row.maybe_owned(18)?,
                method: row.maybe_owned(19)?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::table::tests::row;

    #[test]
    fn a_hostile_record_is_cut_in_every_column() {
        let long = || "x\0".repeat(10_000);
        let some = || Some(long());
        let hostile = AuditRow {
            at: Timestamp::UNIX_EPOCH,
            actor_id: some(),
            action: long(),
            resource_type: long(),
            resource_ref: some(),
            outcome: long(),
            ip: some(),
            request_id: some(),
            user_agent: some(),
            hostname: some(),
            plugin: long(),
            event_id: long(),
            severity: long(),
            status: long(),
            reason: some(),
            meta: some(),
            url: some(),
            method: some(),
        };
        let text = format!("{:?}", hostile.bounded());
        assert!(text.len() < 8_000, "{}", text.len());
        assert!(!text.contains("\\0"));
        assert!(text.contains(r#"{\"droppedBytes\":20000}"#), "{text}");
    }

    #[test]
    fn an_ordinary_record_is_kept_as_it_is() {
        assert_eq!(row("a").bounded(), row("a"));
    }
}
