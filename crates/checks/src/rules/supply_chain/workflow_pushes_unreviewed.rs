use super::workflow::{self, Step, Workflow};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        if !workflow.is_on("pull_request") && !workflow.is_on("pull_request_target") {
            continue;
        }
        for step in workflow.steps() {
            if excludes_pull_requests(&workflow, &step) {
                continue;
            }
            let Some(item) = pushes(&step) else { continue };
            findings
                .at(item.key_place(), "the image of a pull request is pushed before anybody has looked at it")
                .why("whoever may open a pull request from a branch of this repository, or a bot that does, puts an image beside the ones that are deployed")
                .fix(Fix::manual("push only on other events: `push: ${{ github.event_name != 'pull_request' }}`"));
        }
    }
    Ok(())
}

/// Where a step says that an image is pushed, whatever the event.
fn pushes<'a>(step: &Step<'a>) -> Option<&'a Item> {
    let is_build = step
        .uses()
        .is_some_and(|uses| matches!(uses.name, "docker/build-push-action" | "docker/bake-action"));
    if is_build {
        return step.item.get("with")?.get("push").filter(|push| push.is_true());
    }
    let run = step.item.get("run")?;
    let pushes = crate::image::shell::of_item(run).iter().any(|command| {
        let first = command.operands().next().map(|word| word.text.as_str());
        let is_docker = matches!(command.name(), "docker" | "podman" | "buildah");
        is_docker && (first == Some("push") || (command.has("build") && command.has("--push")))
    });
    pushes.then_some(run)
}

/// Whether the step or its job only runs on other events: its condition speaks of the event or of a branch or tag.
fn excludes_pull_requests(workflow: &Workflow<'_>, step: &Step<'_>) -> bool {
    let speaks = |item: &Item| {
        item.get("if").is_some_and(|condition| {
            condition.as_str().is_none_or(|text| {
                [
                    "github.event_name",
                    "github.ref",
                    "merged",
                    "github.event.pull_request",
                    "inputs.",
                    "outputs.",
                ]
                .iter()
                .any(|name| text.contains(name))
            })
        })
    };
    let closed = workflow.root.get("on").or_else(|| workflow.root.get("true")).is_some_and(|on| {
        let types = on.at("pull_request.types").map(Item::one_or_many).unwrap_or_default();
        !types.is_empty() && types.iter().all(|kind| kind.as_str() == Some("closed"))
    });
    closed || speaks(step.item) || speaks(step.job)
}
