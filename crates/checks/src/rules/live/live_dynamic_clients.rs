use serde_json::Value as Json;

use super::{answers, told};
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Agents, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in answers(live, Purpose::Metadata)? {
        let Some(metadata) = answer.json().filter(|_| answer.is_success()) else { continue };
        let registers = metadata.get("registration_endpoint").and_then(Json::as_str).is_some();
        let by_document =
            metadata.get("client_id_metadata_document_supported").and_then(Json::as_bool) == Some(true);
        let what = match (registers, by_document) {
            (true, _) => "anyone can register an OAuth client (dynamic client registration)",
            (_, true) => "OAuth clients come by their own documents (client id metadata documents)",
            _ => continue,
        };
        findings
            .at(&request.place(), what)
            .why("such a client asks your people for consent, and then acts as them")
            .fix(Fix::manual(
                "switch it off, or name the allowed redirect and client patterns without wildcards",
            ))
            .evidence(told(live, request, answer));
        // The other document says the same.
        break;
    }
    Ok(())
}
