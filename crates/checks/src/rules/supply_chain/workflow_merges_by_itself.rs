use super::workflow::{self, Step};
use crate::fix::Fix;
use crate::image::shell;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Actions that merge, or approve so that something may be merged.
const ACTIONS: &[&str] = &[
    "pascalgn/automerge-action",
    "peter-evans/enable-pull-request-automerge",
    "alexwilson/enable-github-automerge-action",
    "hmarr/auto-approve-action",
    "ahmadnassri/action-dependabot-auto-merge",
    "fastify/github-action-merge-dependabot",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        for step in workflow.steps().filter(|step| !is_for_one(step)) {
            let Some(item) = merges(&step) else { continue };
            findings
                .at(item.key_place(), "pull requests are merged by a program")
                .why("where no review is required besides, what anybody with write access, or a bot with a stolen token, proposes is in production as soon as tests pass")
                .fix(Fix::manual("restrict it to one author (`if: github.actor == 'dependabot[bot]'`) and to minor updates, or have a person approve"));
        }
    }
    Ok(())
}

/// What of a step merges.
fn merges<'a>(step: &Step<'a>) -> Option<&'a Item> {
    if step.uses().is_some_and(|uses| ACTIONS.contains(&uses.name)) {
        return step.item.get("uses");
    }
    let run = step.item.get("run")?;
    let merges = shell::of_item(run).iter().any(|command| {
        let words: Vec<&str> = command.operands().map(|word| word.text.as_str()).take(2).collect();
        command.name() == "gh" && matches!(words[..], ["pr", "merge"]) && !command.has("--disable-auto")
    });
    merges.then_some(run)
}

/// Whether a condition restricts it to somebody, or to what has a label.
fn is_for_one(step: &Step<'_>) -> bool {
    [step.item, step.job].into_iter().filter_map(|item| item.get("if")).any(|condition| {
        condition.as_str().is_none_or(|text| {
            ["actor", "user.login", "label", "author", "update-type", "sender", "inputs."]
                .iter()
                .any(|name| text.contains(name))
        })
    })
}
