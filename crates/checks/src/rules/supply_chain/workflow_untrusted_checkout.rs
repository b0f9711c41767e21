use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

use super::workflow;

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What names code of whoever opened a pull request.
const THEIRS: &[&str] = &[
    "github.event.pull_request.head",
    "github.head_ref",
    "github.event.workflow_run.head_",
    "refs/pull/",
    "github.event.pull_request.number",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let Some(event) =
            ["pull_request_target", "workflow_run"].into_iter().find(|event| workflow.is_on(event))
        else {
            continue;
        };
        for step in workflow.steps() {
            let is_checkout = step.uses().is_some_and(|uses| uses.name == "actions/checkout");
            let with = step.item.get("with").filter(|_| is_checkout);
            let theirs = |item: &&Item| {
                item.as_str().is_some_and(|text| THEIRS.iter().any(|name| text.contains(name)))
            };
            let found = with.and_then(|with| {
                [with.get("ref"), with.get("repository")].into_iter().flatten().find(theirs)
            });
            let Some(found) = found else { continue };
            findings
                .at(&found.place, format!("on {event}, this checks out the code of whoever opened the pull request"))
                .why("such a workflow has this repository's secrets and a token that may write; the next step that builds or tests runs the stranger's code with them")
                .fix(Fix::manual("use the event `pull_request` for what builds or tests, and keep what needs secrets in a workflow that does not check out the pull request"));
        }
    }
    Ok(())
}
