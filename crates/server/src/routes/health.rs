//! `/.backstage/health/v1`: what an orchestrator asks.

use http::StatusCode;
use serde_json::json;

use crate::call::{Call, json_answer};
use crate::table::{Answered, Face, Table};

const WHY: &str = "an orchestrator probes it without credentials; it says ready or not, and nothing else";

pub(super) fn rows(table: Table) -> Table {
    table.open(Face::Api, "GET", "/.backstage/health/v1/liveness", WHY, liveness).open(
        Face::Api,
        "GET",
        "/.backstage/health/v1/readiness",
        WHY,
        readiness,
    )
}

/// The process answers.
async fn liveness(_: Call) -> Answered {
    Ok(json_answer(json!({ "status": "ok" }).to_string()))
}

/// Requests may be sent: the catalog is loaded, the database answers, audit records can be written.
async fn readiness(call: Call) -> Answered {
    let problem = match call.app.phase.not_ready() {
        Some(sentence) => Some(sentence),
        None if !call.app.ledger.healthy() => Some("Audit records cannot be written"),
        None if call.app.store.ping().await.is_err() => Some("The database does not answer"),
        None => None,
    };
    Ok(match problem {
        None => json_answer(json!({ "status": "ok" }).to_string()),
        Some(message) => {
            let mut response = json_answer(json!({ "message": message, "status": "error" }).to_string());
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response
        }
    })
}
