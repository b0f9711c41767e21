use crate::fix::Fix;
use crate::kube::Object;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::High, serve: Serve::Inapplicable, check };

/// What Argo Workflows puts in place before a program runs: what callers give.
const ARGO: &[&str] = &["{{inputs.parameters.", "{{workflow.parameters.", "{{item"];
/// What Tekton does.
const TEKTON: &[&str] = &["$(params.", "$(inputs.params."];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for object in cx.deployed()?.objects.iter().filter(|object| object.belongs.is_own()) {
        let Some(given) = given(object) else { continue };
        let mut scripts = Vec::new();
        object.root.walk(&mut |_, item| {
            for key in ["source", "script"] {
                let is_argo_source = key == "source" && item.get("image").is_some();
                let is_tekton_script =
                    key == "script" && (item.get("image").is_some() || item.get("name").is_some());
                scripts.extend(item.get(key).filter(|_| is_argo_source || is_tekton_script));
            }
            scripts.extend(shell_argument(item));
        });
        for script in scripts {
            let Some(text) = script.as_str() else { continue };
            let Some(at) = given.iter().filter_map(|word| text.find(word)).min() else { continue };
            let name: String = text[at..]
                .chars()
                .take(80)
                .take_while(|c| !matches!(c, '\n' | ' ' | '"' | '\'' | ';'))
                .collect();
            findings
                .at(&line_of(cx, script, &name), format!("`{name}` becomes part of a script of {}", object.label()))
                .confidence(Confidence::Medium)
                .why("it is put in before the shell reads the script: whoever starts the workflow, by a template of the portal for one, runs commands with its service account")
                .fix(Fix::manual("hand it in as an environment variable, and write that in quotes"));
        }
    }
    Ok(())
}

/// What a kind of object puts into its scripts.
fn given(object: &Object) -> Option<&'static [&'static str]> {
    match (object.group(), &*object.kind) {
        ("argoproj.io", "Workflow" | "WorkflowTemplate" | "ClusterWorkflowTemplate" | "CronWorkflow") => {
            Some(ARGO)
        }
        ("tekton.dev", "Task" | "ClusterTask" | "Pipeline" | "TaskRun" | "PipelineRun") => Some(TEKTON),
        _ => None,
    }
}

/// The script of `command: [sh, -c]` with `args: [..]`, or in one list.
fn shell_argument(item: &Item) -> Option<&Item> {
    let words = ["command", "args"].into_iter().filter_map(|key| item.get(key)).flat_map(Item::items);
    let mut words = words.skip_while(|word| word.as_str() != Some("-c")).skip(1);
    item.get("image")?;
    words.next()
}

/// The line of a script in which something stands.
fn line_of(cx: &Context<'_>, script: &Item, what: &str) -> crate::Place {
    let file = cx.repository().files.get(&script.place.path);
    let within = file.and_then(|file| {
        let text = file.text()?.get(script.place.start..script.place.end)?;
        let at = script.place.start + text.find(what)?;
        Some(file.place(at, at + what.len()))
    });
    within.unwrap_or_else(|| script.place.clone())
}
