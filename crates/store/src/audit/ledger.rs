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
            actor_id: record.actor_id.map(Into::into),
            action: record.action.into(),
            resource_type: record.resource_type.into(),
            resource_ref: record.resource_ref.map(Into::into),
            outcome: record.outcome.as_str().into(),
            ip: record.ip.map(|ip| ip.to_canonical().to_string().into()),
            request_id: Some(record.request_id.into()),
            user_agent: record.user_agent.map(Into::into),
            hostname: record.hostname.map(Into::into),
            plugin: record.plugin.into(),
            event_id: record.event_id.into(),
            severity: record.severity.as_str().into(),
            status: status.into(),
            reason: reason.map(Into::into),
            meta: meta.map(Into::into),
            url: Some(record.url.into()),
            method: Some(record.method.into()),
        }
    }
}
