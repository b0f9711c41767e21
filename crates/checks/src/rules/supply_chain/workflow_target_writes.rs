use super::workflow::{self, Workflow};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Rights with which code, packages and pipelines are changed. Labels and comments are what such workflows are for.
const CHANGES: &[&str] =
    &["contents", "packages", "actions", "deployments", "id-token", "pages", "security-events"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let Some(place) = event(&workflow) else { continue };
        let right = workflow.jobs().filter(|job| runs_more(job)).find_map(|job| right(&workflow, job));
        let Some(right) = right else { continue };
        findings
            .at(place, format!("pull requests of strangers start it with {right}"))
            .why("`pull_request_target` runs with this repository's secrets and token: an action by tag, or a script that reads what the stranger wrote, hands them on")
            .fix(Fix::manual("use `pull_request`, or write `permissions: {}` at the top and give each job only what it needs"));
    }
    Ok(())
}

/// Where the event is named.
fn event<'a>(workflow: &Workflow<'a>) -> Option<&'a crate::Place> {
    let on = workflow.root.get("on").or_else(|| workflow.root.get("true"))?;
    let named = on.one_or_many().iter().find(|item| item.as_str() == Some("pull_request_target"));
    on.get("pull_request_target").map(Item::key_place).or(named.map(|item| &item.place))
}

/// Whether a job runs more than GitHub's own actions: a script, or somebody else's action.
fn runs_more(job: &Item) -> bool {
    let steps = job.get("steps").map(Item::items).unwrap_or_default();
    job.get("uses").is_some()
        || steps.iter().any(|step| {
            let uses = step.get("uses").and_then(Item::as_str);
            step.get("run").is_some()
                || uses.is_some_and(|uses| !uses.starts_with("actions/") && !uses.starts_with("github/"))
        })
}

/// A right to change something that a job has, for people.
fn right(workflow: &Workflow<'_>, job: &Item) -> Option<String> {
    let own = job.get("permissions").or_else(|| workflow.root.get("permissions"));
    let Some(permissions) = own else {
        return Some("the token's default rights, which may be to write everything".to_owned());
    };
    if permissions.as_str() == Some("write-all") {
        return Some("a token that may write everything".to_owned());
    }
    let found = permissions
        .entries()
        .find(|(name, value)| CHANGES.contains(&&***name) && value.as_str() == Some("write"));
    found.map(|(name, _)| format!("a token that has `{name}: write`"))
}
