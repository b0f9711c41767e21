use std::collections::BTreeSet;

use crate::fix::{Edit, Fix};
use crate::rules::on_release::{project_of, since};
use crate::{Checklist, Context, Findings, Item, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    // Before, there is no such setting.
    let exists = Release::new(1, 38, 0);
    let mut told = BTreeSet::new();
    for production in since(*cx, &exists, cx.complete_productions()?)? {
        if production.at("stagedoor").is_some() {
            continue;
        }
        let debug = production
            .at("backend.logger.level")
            .and_then(Item::as_str)
            .is_some_and(|level| level == "debug");
        let low = production.at("backend.auditor.severityLogLevelMappings.low");
        let shown = match low {
            Some(low) => low.as_str() != Some("debug"),
            None => false,
        };
        if shown || debug {
            continue;
        }
        // What is missing in each way to start the application is one thing to mend.
        let project = project_of(*cx, production).map(|project| &project.folder);
        if low.is_none() && !told.insert(project) {
            continue;
        }
        let backend = production.at("backend");
        let (place, fix) = match (low, backend.filter(|_| production.at("backend.auditor").is_none())) {
            (Some(low), _) => {
                (low.key_place().clone(), Fix::safe("write low events at info", vec![Edit::set(low, "info")]))
            }
            (None, Some(backend)) => {
                let value = serde_json::json!({"severityLogLevelMappings": {"low": "info"}});
                let what = "set `backend.auditor.severityLogLevelMappings.low: info`";
                (
                    production.near("backend.auditor").clone(),
                    Fix::suggested(what, vec![Edit::add(backend, "auditor", value)]),
                )
            }
            (None, None) => {
                let what = "set `backend.auditor.severityLogLevelMappings.low: info`";
                (production.near("backend.auditor.severityLogLevelMappings").clone(), Fix::manual(what))
            }
        };
        findings
            .at(&place, "audit events of reads are not written")
            .why("events of severity low go to debug, which production does not log: who read which entity, task or cluster leaves no trace")
            .fix(fix)
            .evidence([production.how.clone()]);
    }
    Ok(())
}
