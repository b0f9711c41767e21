use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

use super::workflow;

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let own = workflow.root.get("permissions");
        let of_jobs = workflow.jobs().filter_map(|job| job.get("permissions"));
        for permissions in own.into_iter().chain(of_jobs) {
            if permissions.as_str() != Some("write-all") {
                continue;
            }
            findings
                .at(&permissions.place, "the workflow's token may write everything in this repository")
                .why("every action that it runs, and every package's install script, can push code, releases and images")
                .fix(Fix::manual("name the permissions that each job needs, beginning with `contents: read`"));
        }
    }
    Ok(())
}
