//! Policy's side of the log: a decision's record, kept as durably as policy asks.

use policy::{AuditRecord, Durability, Ledger, LedgerError};

use super::{AuditQueue, AuditRow};

impl Ledger for AuditQueue {
    async fn record(&self, record: AuditRecord, durability: Durability) -> Result<(), LedgerError> {
        let kept = match durability {
            Durability::Durable => self.append_durable(record.into()).await,
            Durability::Batched => self.append(record.into()).await,
            Durability::Aggregated => {
                self.count_stranger(&record.action, record.ip, record.timestamp);
                Ok(())
            }
        };
        kept.map_err(LedgerError::new)
    }
}

impl From<AuditRecord> for AuditRow {
    fn from(record: AuditRecord) -> Self {
        let status = record.status();
        let reason = (!record.reason.is_empty()).then(|| record.reason.join(", "));
        let meta = (!record.meta.is_empty()).then(|| serde_json::Value::Object(record.meta).to_string());
        Self {
            at: record.timestamp,
            actor_id: record.actor_id,
            action: record.action,
            resource_type: record.resource_type,
            resource_ref: record.resource_ref,
            outcome: record.outcome.as_str().to_owned(),
            ip: record.ip.map(|ip| ip.to_canonical().to_string()),
            request_id: Some(record.request_id),
            user_agent: record.user_agent,
            hostname: record.hostname,
            plugin: record.plugin,
            event_id: record.event_id,
            severity: record.severity.as_str().to_owned(),
            status: status.to_owned(),
            reason,
            meta,
            url: Some(record.url),
            method: Some(record.method),
        }
    }
}
