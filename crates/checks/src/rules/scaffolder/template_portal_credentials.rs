use super::{all, asked};
use crate::catalog_files::{Step, Template, used};
use crate::fix::Fix;
use crate::rules::on_release::release;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Parts of actions' names that write to what exists already.
const CHANGES: &[&str] = &[
    "pull-request",
    "merge-request",
    ":repo:push",
    "github:webhook",
    "github:actions:dispatch",
    "github:environment",
    "github:deployKey",
    "github:issues",
    "gitlab:repo:push",
    "gitlab:pipeline",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for step in template.steps() {
            let Some(url) = step.item.at("input.repoUrl").or_else(|| step.item.at("input.projectid")) else {
                continue;
            };
            if step.item.at("input.token").is_some() {
                continue;
            }
            let text = url.as_str().unwrap_or_default();
            let names = used(text, "parameters");
            let Some(name) = names.first() else { continue };
            let changes = CHANGES.iter().any(|part| step.action.contains(part));
            let anywhere = typed_owner(&template, text)
                // Since, a setting decides, and has a rule of its own.
                || (step.action.starts_with("publish:") && is_before_setting(*cx, &template));
            if !changes && !anywhere {
                continue;
            }
            let what = match (changes, anywhere) {
                (true, _) => "writes to a repository that the user chooses",
                (false, _) => "makes a repository where the user chooses",
            };
            findings
                .at(&url.place, format!("`{}` {what}, with the portal's credentials", step.action))
                .confidence(Confidence::Medium)
                .why("whoever runs the template writes where they may not: what the integration's token reaches is the bound, not what they do")
                .fix(Fix::manual("ask for the user's token (`requestUserCredentials` of the picker) and hand it in as `token: ${{ secrets.NAME }}`"))
                .because(asked(&template, name), "the user chooses it")
                .because(Some(&step.item.place), id_of(&step));
        }
    }
    Ok(())
}

/// Whether the application is on a release that has no `scaffolder.requireScmUserCredentials`.
fn is_before_setting(cx: Context<'_>, template: &Template<'_>) -> bool {
    let path = &template.entity.item.place.path;
    let projects = cx.projects().unwrap_or_default();
    let around = projects.iter().filter(|project| path.starts_with(project.folder.as_str()));
    let nearest = around.max_by_key(|project| project.folder.len()).or(projects.first());
    nearest.and_then(release).is_some_and(|release| release < Release::new(1, 54, 6))
}

fn id_of(step: &Step<'_>) -> String {
    format!("the step `{}`", step.item.get("id").and_then(Item::as_str).unwrap_or(step.action))
}

/// Whether the owner in `host?owner=..&repo=..` is what the user types, without a choice.
fn typed_owner(template: &Template<'_>, text: &str) -> bool {
    let owner = text.split_once("owner=").map(|(_, rest)| rest.split('&').next().unwrap_or(rest));
    owner.is_some_and(|owner| !template.free_in(owner).is_empty())
}
