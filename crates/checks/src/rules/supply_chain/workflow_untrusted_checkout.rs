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

/// Commands that only look at files, or at their history.
const LOOKS: &[&str] = &[
    "git", "echo", "printf", "grep", "sed", "awk", "cat", "head", "tail", "wc", "sort", "uniq", "tr", "cut",
    "jq", "gh", "set", "exit", "if", "then", "else", "elif", "fi", "for", "while", "do", "done", "case",
    "esac", "test", "[", "[[", "true", "false", "ls", "diff", "local", "export", "return", "break",
    "continue", "}", "{",
];

/// Whether some step of a job may run what is in the checked out files: whatever is not known only to look.
fn runs(job: &Item) -> bool {
    let steps = job.get("steps").map(Item::items).unwrap_or_default();
    steps.iter().any(|step| {
        let uses = step.get("uses").and_then(Item::as_str);
        let harmless = |name: &str| {
            ["actions/checkout@", "actions/github-script@"].iter().any(|one| name.starts_with(one))
        };
        let command = step.get("run");
        let runs = command.is_some_and(|command| command.as_str().is_none_or(|text| !only_looks(text)));
        uses.is_some_and(|name| !harmless(name)) || runs
    })
}

/// Whether each command of a script is one that only looks, or gives a variable its value.
fn only_looks(script: &str) -> bool {
    script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).all(|line| {
        let line = without_texts(line);
        let parts = line.split(['|', ';', '&', '(']).map(|part| part.trim_matches([' ', ')', '!']));
        parts.filter_map(|part| part.split_whitespace().next()).all(|word| {
            let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            });
            // What goes on from the line before, and the end of a text that is written out.
            let is_rest = word.starts_with(['-', '$', '>'])
                || !word.contains(|c: char| c.is_ascii_lowercase() || c == '/');
            LOOKS.contains(&word) || is_assignment || is_rest
        })
    })
}

/// A line without what stands in quotes, unless that runs something.
fn without_texts(line: &str) -> String {
    let mut left = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['"', '\'']) {
        let (before, quoted) = rest.split_at(at);
        left.push_str(before);
        let quote = if quoted.starts_with('"') { '"' } else { '\'' };
        let inside = quoted.get(1..).unwrap_or_default();
        let end = inside.find(quote).unwrap_or(inside.len());
        let (text, behind) = inside.split_at(end);
        if text.contains("$(") || text.contains('`') {
            left.push_str(text);
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    left.push_str(rest);
    left
}

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
            let keeps = with.and_then(|with| with.get("persist-credentials"));
            if keeps.is_some_and(|keeps| keeps.as_bool() == Some(false)) && !runs(step.job) {
                continue;
            }
            findings
                .at(&found.place, format!("on {event}, this checks out the code of whoever opened the pull request"))
                .why("such a workflow has this repository's secrets and a token that may write; the next step that builds or tests runs the stranger's code with them")
                .fix(Fix::manual("use the event `pull_request` for what builds or tests, and keep what needs secrets in a workflow that does not check out the pull request"));
        }
    }
    Ok(())
}
