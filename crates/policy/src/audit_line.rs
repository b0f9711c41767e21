//! An audit record as a line of JSON.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use time::format_description::well_known::Rfc3339;

use crate::audit::{AuditRecord, Outcome};

/// The fields in the order they are read. Those of the reference auditor keep its names and its shape,
/// because that is what collectors match on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    timestamp: String,
    is_audit_event: bool,
    message: String,
    plugin: &'a str,
    event_id: &'a str,
    severity_level: &'static str,
    actor_id: Option<&'a str>,
    action: &'a str,
    resource_type: &'a str,
    resource_ref: Option<&'a str>,
    outcome: &'static str,
    ip: Option<&'a str>,
    actor: Actor<'a>,
    request: Request<'a>,
    meta: Meta<'a>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'a> {
    #[serde(rename = "actorId", skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hostname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

#[derive(Serialize)]
struct Request<'a> {
    url: &'a str,
    method: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Meta<'a> {
    #[serde(flatten)]
    more: &'a Map<String, Value>,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reason: &'a [Arc<str>],
}

#[derive(Serialize)]
struct Failure {
    name: &'static str,
    message: String,
}

pub(crate) fn write(record: &AuditRecord) -> String {
    let ip = record.ip.map(|ip| ip.to_canonical().to_string());
    let line = Line {
        timestamp: record.timestamp.format(&Rfc3339).unwrap_or_default(),
        is_audit_event: true,
        message: format!("{}.{}", record.plugin, record.event_id),
        plugin: &record.plugin,
        event_id: &record.event_id,
        severity_level: record.severity.as_str(),
        actor_id: record.actor_id.as_deref(),
        action: &record.action,
        resource_type: &record.resource_type,
        resource_ref: record.resource_ref.as_deref(),
        outcome: record.outcome.as_str(),
        ip: ip.as_deref(),
        actor: Actor {
            id: record.actor_id.as_deref(),
            ip: ip.as_deref(),
            hostname: record.hostname.as_deref(),
            user_agent: record.user_agent.as_deref(),
        },
        request: Request { url: &record.url, method: &record.method },
        meta: Meta { more: &record.meta, request_id: &record.request_id, reason: &record.reason },
        status: record.status(),
        error: (record.outcome == Outcome::Denied)
            .then(|| Failure { name: "NotAllowedError", message: format!("{} was refused", record.action) }),
    };
    serde_json::to_string(&line).expect("texts and maps with text keys always become JSON")
}
