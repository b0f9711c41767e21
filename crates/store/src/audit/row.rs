//! A record as it lies in the table.

use std::sync::Arc;

use model::Timestamp;

use super::bounded::bound;
use crate::db::{Columns, instant};

/// One audit record, as texts. They are shared with the database's thread, not copied for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// When the request came; kept to the microsecond.
    pub at: Timestamp,
    /// Who acted; `None` for a stranger.
    pub actor_id: Option<Arc<str>>,
    /// What was asked for.
    pub action: Arc<str>,
    /// What it was to be done to.
    pub resource_type: Arc<str>,
    /// Which one.
    pub resource_ref: Option<Arc<str>>,
    /// `allowed` or `denied`.
    pub outcome: Arc<str>,
    /// The client's address.
    pub ip: Option<Arc<str>>,
    /// Ties the record to the server's other logs.
    pub request_id: Option<Arc<str>>,
    /// The `User-Agent` header.
    pub user_agent: Option<Arc<str>>,
    /// The host the request asked for.
    pub hostname: Option<Arc<str>>,
    /// Plugin the action belongs to.
    pub plugin: Arc<str>,
    /// The reference auditor's event id.
    pub event_id: Arc<str>,
    /// `low`, `medium`, `high` or `critical`.
    pub severity: Arc<str>,
    /// `initiated`, `succeeded` or `failed`.
    pub status: Arc<str>,
    /// Ids of the policies that decided, separated by `, `.
    pub reason: Option<Arc<str>>,
    /// More, as a JSON object without secrets.
    pub meta: Option<Arc<str>>,
    /// Path and query of the request.
    pub url: Option<Arc<str>>,
    /// HTTP method.
    pub method: Option<Arc<str>>,
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
            *meta = format!("{{\"droppedBytes\":{}}}", meta.len()).into();
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
                actor_id: row.maybe_text(3)?.map(Arc::from),
                action: row.text(4)?.into(),
                resource_type: row.text(5)?.into(),
                resource_ref: row.maybe_text(6)?.map(Arc::from),
                outcome: row.text(7)?.into(),
                ip: row.maybe_text(8)?.map(Arc::from),
                request_id: row.maybe_text(9)?.map(Arc::from),
                user_agent: row.maybe_text(10)?.map(Arc::from),
                hostname: row.maybe_text(11)?.map(Arc::from),
                plugin: row.text(12)?.into(),
                event_id: row.text(13)?.into(),
                severity: row.text(14)?.into(),
                status: row.text(15)?.into(),
                reason: row.maybe_text(16)?.map(Arc::from),
                meta: row.maybe_text(17)?.map(Arc::from),
                url: row.maybe_text(18)?.map(Arc::from),
                method: row.maybe_text(19)?.map(Arc::from),
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
        let long = || Arc::<str>::from("x\0".repeat(10_000));
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
