use std::collections::HashSet;

use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

use super::workflow::{self, Step, Uses, Workflow};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let mut told: HashSet<(&str, &str, bool)> = HashSet::new();
        let mut job: Option<&Item> = None;
        for step in workflow.steps() {
            // Each job has rights and secrets of its own.
            if !job.is_some_and(|job| std::ptr::eq(job, step.job)) {
                told.clear();
                job = Some(step.job);
            }
            let Some(uses) = step.uses() else { continue };
            if uses.is_pinned()
                || is_own(*cx, &uses)
                || uses.reference.contains("${{")
                || (uses.is_first_party() && !uses.is_branch())
            {
                continue;
            }
            let gets = gets(&workflow, &step, &uses);
            // The same action again is the same thing to mend, unless it gets more here.
            if !told.insert((uses.name, uses.reference, gets.is_some())) {
                continue;
            }
            let kind = if uses.is_branch() { "a branch" } else { "a tag" };
            let (severity, also) = match gets {
                Some(gets) => (Severity::Medium, format!(", and {gets}")),
                None => (Severity::Low, String::new()),
            };
            findings
                .at(uses.place, format!("{}@{} is {kind}, not a commit{also}", uses.name, uses.reference))
                .severity(severity)
                .why("whoever can move it runs code in this workflow, with all that the job has, as happened to several widely used actions")
                .fix(Fix::manual("write the commit in full, with the version as a comment, and let a bot propose updates"));
        }
    }
    Ok(())
}

/// Whether it is an action of this repository, by its long name: `acme/portal/.github/actions/build@main`. Workflows are
/// often called like the shared one that they call.
fn is_own(cx: Context<'_>, uses: &Uses<'_>) -> bool {
    let Some(path) = uses.name.splitn(3, '/').nth(2).filter(|path| path.starts_with(".github/actions/"))
    else {
        return false;
    };
    let has = |path: &str| cx.repository().files.get(path).is_some();
    has(&format!("{path}/action.yml")) || has(&format!("{path}/action.yaml"))
}

/// What makes it worse.
fn gets(workflow: &Workflow<'_>, step: &Step<'_>, uses: &Uses<'_>) -> Option<String> {
    let secret =
        ["with", "env", "secrets"].iter().filter_map(|key| step.item.get(key)).find_map(workflow::secret);
    if secret.is_some() || step.item.get("secrets").and_then(Item::as_str) == Some("inherit") {
        return Some("it gets a secret".to_owned());
    }
    if let Some(right) = workflow.permissions(step.job).and_then(workflow::writes) {
        return Some(format!("its job has {right}"));
    }
    let env = [step.job.get("env"), workflow.root.get("env")];
    if env.into_iter().flatten().find_map(workflow::secret).is_some() {
        return Some("secrets are in its environment".to_owned());
    }
    uses.is_branch().then(|| "each run takes its newest commit".to_owned())
}
