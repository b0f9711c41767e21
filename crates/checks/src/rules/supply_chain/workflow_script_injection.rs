use std::collections::HashSet;

use super::workflow;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What strangers write: GitHub's own list of untrusted fields, by the end of their names.
const STRANGERS: &[&str] = &[
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.message",
];
/// What whoever may start the workflow writes: for a portal, whoever may run the template that dispatches it.
const INPUTS: &[&str] =
    &["inputs.", "github.event.inputs.", "github.event.client_payload.", "github.event.head_commit.message"];

/// What only those write who may push branches and tags, whose names may hold `$(..)`.
const WRITERS: &[&str] =
    &["github.event.release.tag_name", "github.event.release.name", "github.event.release.body"];

/// Who writes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Stranger,
    Starter,
    Writer,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        // The same input in the next script is the same thing to mend.
        let mut told: HashSet<String> = HashSet::new();
        for step in workflow.steps() {
            let script = step.item.get("with").and_then(|with| with.get("script"));
            for code in [step.item.get("run"), script].into_iter().flatten() {
                let Some((name, who)) = code.as_str().and_then(|text| written_by_others(&workflow, text))
                else {
                    continue;
                };
                if !told.insert(name.clone()) {
                    continue;
                }
                let (severity, who) = match who {
                    Who::Stranger => {
                        (Severity::High, "a stranger, in a pull request, an issue or a name of a branch,")
                    }
                    Who::Starter if name.ends_with("head_commit.message") => {
                        (Severity::Medium, "whoever's commit, or title of a pull request, is merged")
                    }
                    Who::Starter => {
                        (Severity::Medium, "whoever may start the workflow, as the users of a template may,")
                    }
                    Who::Writer => (Severity::Low, "whoever may push a branch or a tag, or draft a release,"),
                };
                findings
                    .at(code.key_place(), format!("`{name}` becomes part of a script"))
                    .severity(severity)
                    .why(format!("it is put in before the shell reads the script: {who} writes commands that run with the job's secrets and token"))
                    .fix(Fix::manual(format!("hand it in by `env:` and write \"$NAME\" in the script, in the place of `{name}`")));
            }
        }
    }
    Ok(())
}

/// The first expression of a script that others write, strangers before others, and who they are.
fn written_by_others(workflow: &workflow::Workflow<'_>, script: &str) -> Option<(String, Who)> {
    let expressions = script.split("${{").skip(1).filter_map(|rest| rest.split("}}").next());
    let mut by_input = None;
    let mut by_writer = None;
    for expression in expressions {
        let names = expression.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_' | '-'));
        for name in names {
            if STRANGERS
                .iter()
                .any(|field| name == *field || (field.ends_with('.') && name.starts_with(field)))
            {
                return Some((name.to_owned(), Who::Stranger));
            }
            if by_input.is_none()
                && INPUTS.iter().any(|start| name.starts_with(start))
                && is_text(workflow, name)
            {
                by_input = Some((name.to_owned(), Who::Starter));
            }
            let is_ref = name == "github.ref_name" && has_free_refs(workflow);
            if by_writer.is_none() && (is_ref || WRITERS.contains(&name)) {
                by_writer = Some((name.to_owned(), Who::Writer));
            }
        }
    }
    by_input.or(by_writer)
}

/// Whether pushes of more than some named branches start a workflow.
fn has_free_refs(workflow: &workflow::Workflow<'_>) -> bool {
    if !workflow.is_on("push") {
        return workflow.is_on("release") || workflow.is_on("create");
    }
    let on = workflow.root.get("on").or_else(|| workflow.root.get("true"));
    let Some(push) = on.and_then(|on| on.get("push")) else { return true };
    let branches = push.get("branches").map(Item::one_or_many).unwrap_or_default();
    let is_free = |branch: &Item| branch.as_str().is_none_or(|name| name.contains('*'));
    push.get("tags").is_some() || branches.is_empty() || branches.iter().any(is_free)
}

/// Whether an input of a workflow that is started by hand is free text. Of one that another workflow calls, the caller
/// says.
fn is_text(workflow: &workflow::Workflow<'_>, name: &str) -> bool {
    if !name.contains("inputs.") {
        return true;
    }
    let name = name.rsplit('.').next().unwrap_or(name);
    let on = workflow.root.get("on").or_else(|| workflow.root.get("true"));
    let Some(dispatch) = on.and_then(|on| on.get("workflow_dispatch")) else { return false };
    let kind = dispatch.get("inputs").and_then(|inputs| inputs.get(name)).and_then(|input| input.get("type"));
    !matches!(kind.and_then(Item::as_str), Some("boolean" | "choice" | "number" | "environment"))
}
