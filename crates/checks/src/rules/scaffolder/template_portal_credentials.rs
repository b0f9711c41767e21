use std::collections::BTreeSet;

use super::{all, asked};
use crate::catalog_files::{Step, Template, used};
use crate::finding::Report;
use crate::fix::Fix;
use crate::rules::on_release::release;
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Release, Rule, Serve, Severity};

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

/// More steps than these are a habit of whoever writes the templates: one thing to mend, with one setting.
const HABIT: usize = 6;
const EVIDENCE: usize = 32;

/// A step that lends the portal's credentials.
struct Lent<'a> {
    place: &'a Place,
    message: String,
    asked: Option<Place>,
    step: &'a Place,
    id: String,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut lent: Vec<Lent<'_>> = Vec::new();
    let templates = all(*cx)?;
    for template in &templates {
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
            let anywhere = typed_owner(template, text)
                // Since, a setting decides, and has a rule of its own.
                || (step.action.starts_with("publish:")
                    && !names_owner(text)
                    && is_before_setting(*cx, template));
            if !changes && !anywhere {
                continue;
            }
            let what = match (changes, anywhere) {
                (true, _) => "writes to a repository that the user chooses",
                (false, _) => "makes a repository where the user chooses",
            };
            lent.push(Lent {
                place: &url.place,
                message: format!("`{}` {what}, with the portal's credentials", step.action),
                asked: asked(template, name).cloned(),
                step: &step.item.place,
                id: id_of(&step),
            });
        }
    }
    match lent.split_first() {
        Some((first, _)) if lent.len() > HABIT => {
            let files: BTreeSet<&str> = lent.iter().map(|one| &*one.place.path).collect();
            let message = format!(
                "{} steps of {} templates write where the user chooses, with the portal's credentials",
                lent.len(),
                files.len()
            );
            let steps = lent.iter().take(EVIDENCE);
            let steps =
                steps.map(|one| crate::Step { place: Some(one.place.clone()), text: one.message.clone() });
            tell(findings, first.place, message).evidence(steps);
        }
        _ => {
            for one in lent {
                tell(findings, one.place, one.message)
                    .because(one.asked.as_ref(), "the user chooses it")
                    .because(Some(one.step), one.id);
            }
        }
    }
    Ok(())
}

fn tell<'a>(findings: &'a mut Findings, place: &Place, message: String) -> Report<'a> {
    findings
        .at(place, message)
        .confidence(Confidence::Medium)
        .why("whoever runs the template writes where they may not: what the integration's token reaches is the bound, not what they do")
        .fix(Fix::manual("ask for the user's token (`requestUserCredentials` of the picker) and hand it in as `token: ${{ secrets.NAME }}`"))
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

/// Whether the owner in `host?owner=..&repo=..` is written there, so that only the name is chosen.
fn names_owner(text: &str) -> bool {
    let (host, rest) = text.split_once('?').unwrap_or_default();
    let owner = rest.split('&').find_map(|part| part.strip_prefix("owner="));
    !host.contains("${{") && owner.is_some_and(|owner| !owner.is_empty() && !owner.contains("${{"))
}

/// Whether the owner in `host?owner=..&repo=..` is what the user types, without a choice.
fn typed_owner(template: &Template<'_>, text: &str) -> bool {
    let owner = text.split_once("owner=").map(|(_, rest)| rest.split('&').next().unwrap_or(rest));
    owner.is_some_and(|owner| !template.free_in(owner).is_empty())
}
