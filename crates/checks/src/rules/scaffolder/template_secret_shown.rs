use super::all;
use crate::catalog_files::used;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Inputs that others get to see: the action, the part of its input, and who sees it.
const SHOWN: &[(&str, &str, &str)] = &[
    ("debug:log", "message", "the task's log, for everybody who may read tasks"),
    ("fetch:template", "values", "files of the new repository"),
    ("fetch:template:file", "values", "a file of the new repository"),
    ("catalog:write", "entity", "an entity of the catalog"),
    (
        "github:actions:dispatch",
        "workflowInputs",
        "the inputs of a workflow run, for everybody who may read the repository",
    ),
    ("publish:github:pull-request", "description", "a pull request"),
    ("publish:gitlab:merge-request", "description", "a merge request"),
    ("notification:send", "info", "a notification"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for step in template.steps() {
            for (_, part, where_to) in SHOWN.iter().filter(|(action, ..)| *action == step.action) {
                let Some(input) = step.item.get("input").and_then(|input| input.get(part)) else { continue };
                input.walk(&mut |_, item| {
                    let Some(text) = item.as_str() else { return };
                    let has_secret = !used(text, "secrets").is_empty()
                        || text.contains("${{") && text.contains("environment.secrets");
                    if has_secret {
                        findings
                            .at(&item.place, format!("`{}` writes a secret into {where_to}", step.action))
                            .why("redaction knows only some forms of a value, and nothing of what leaves the log; older releases miss more of them")
                            .fix(Fix::manual("leave it out, and hand secrets only to inputs that are made for them (`token`, `secrets`)"));
                    }
                });
            }
        }
    }
    Ok(())
}
