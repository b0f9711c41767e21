use std::collections::HashMap;

use super::{all, asked};
use crate::catalog_files::{Step, Template};
use crate::finding::Report;
use crate::fix::Fix;
use crate::kube::resolve;
use crate::{Checklist, Confidence, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// How many files of all templates together are looked at, and how many of their bytes.
const FILES: usize = 20_000;
const ALL_BYTES: usize = 8 << 20;
/// Most bytes of one.
const BYTES: usize = 256 << 10;

/// What a file is, that others run with their own rights.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Pipeline,
    Script,
    Terraform,
    Image,
    Manifest,
}

impl Kind {
    fn of(file: &File, folder: &str) -> Option<Self> {
        let path = file.path.strip_prefix(folder).unwrap_or(&file.path).trim_end_matches(".njk");
        let name = path.rsplit('/').next().unwrap_or_default();
        let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
        let pipelines =
            [".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "cloudbuild.yaml"];
        if path.contains(".github/workflows/") || pipelines.contains(&name) || name.starts_with("Jenkinsfile")
        {
            Some(Self::Pipeline)
        } else if ends(&[".sh", ".bash", ".ps1"]) {
            Some(Self::Script)
        } else if ends(&[".tf", ".tfvars", ".hcl"]) {
            Some(Self::Terraform)
        } else if name.starts_with("Dockerfile") || name.ends_with(".Dockerfile") {
            Some(Self::Image)
        } else if ends(&[".yaml", ".yml"]) && is_manifest(file.text().unwrap_or_default()) {
            Some(Self::Manifest)
        } else {
            None
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Pipeline => "a pipeline",
            Self::Script => "a script",
            Self::Terraform => "Terraform",
            Self::Image => "a Dockerfile",
            Self::Manifest => "a manifest",
        }
    }
}

/// More places than these are a habit of whoever writes the templates: one thing to mend.
const HABIT: usize = 4;
const EVIDENCE: usize = 32;

/// Where a value is put in as it is.
struct Put {
    kind: Kind,
    place: Place,
    message: String,
    parameter: String,
    asked: Option<Place>,
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let (mut left, mut bytes_left) = (FILES, ALL_BYTES);
    let mut all_put: Vec<Put> = Vec::new();
    for template in all(*cx)? {
        for step in template.steps().filter(|step| step.action == "fetch:template") {
            let free = free_values(&template, &step);
            let Some(folder) = skeleton(&template, &step).filter(|_| !free.is_empty()) else { continue };
            let mut told = Vec::new();
            for file in cx.repository().files.under(&folder) {
                left = left.saturating_sub(1);
                let Some(kind) = Kind::of(file, &folder).filter(|kind| left > 0 && !told.contains(kind))
                else {
                    continue;
                };
                if is_copied(&step, file, &folder) {
                    continue;
                }
                // Templates may share a skeleton: what is read again counts again.
                let Some(rest) = bytes_left.checked_sub(file.text().map_or(0, str::len)) else { continue };
                bytes_left = rest;
                let Some((place, (value, parameter))) = first(file, &free) else { continue };
                told.push(kind);
                all_put.push(Put {
                    kind,
                    place,
                    message: format!("`{value}`, which users type freely, becomes part of {}", kind.what()),
                    parameter: parameter.to_owned(),
                    asked: asked(&template, parameter).cloned(),
                });
            }
        }
    }
    // What runs soonest first.
    all_put.sort_by_key(|put| put.kind);
    if all_put.len() > HABIT
        && let Some(worst) = all_put.first()
    {
        let message = format!(
            "templates put what users type freely into code, at {} places: {}",
            all_put.len(),
            worst.message
        );
        let steps = all_put.iter().take(EVIDENCE);
        let steps =
            steps.map(|put| crate::Step { place: Some(put.place.clone()), text: put.message.clone() });
        tell(findings, worst, message).evidence(steps);
    } else {
        for put in &all_put {
            tell(findings, put, put.message.clone()).because(put.asked.as_ref(), "the user types it");
        }
    }
    Ok(())
}

fn tell<'a>(findings: &'a mut Findings, put: &Put, message: String) -> Report<'a> {
    let severity = if put.kind == Kind::Manifest { Severity::Low } else { Severity::Medium };
    findings
        .at(&put.place, message)
        .severity(severity)
        .confidence(Confidence::Medium)
        .why("a quote, a line break or a `$(..)` in it is code that runs with the rights of the pipeline, the cluster or the cloud account, not of who fills in the form")
        .fix(Fix::manual(format!("give `{}` a `pattern` that allows what a name may be, or write the value with `| dump`", put.parameter)))
}

/// The folder that a step makes files of, if it is in the repository.
fn skeleton(template: &Template<'_>, step: &Step<'_>) -> Option<String> {
    let url = step.item.at("input.url").and_then(Item::as_str).filter(|url| !url.contains("${{"))?;
    let path = &template.entity.item.place.path;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    resolve(folder, url).filter(|folder| !folder.is_empty())
}

/// The values of a step that users choose freely, each with the parameter that it is.
fn free_values<'a>(template: &Template<'_>, step: &Step<'a>) -> HashMap<&'a str, String> {
    let values = step.item.at("input.values").into_iter().flat_map(Item::entries);
    let free = values.filter_map(|(name, value)| {
        // The parts of a repository's address are names that its host allows.
        let is_bound = |text: &&str| !text.contains("dump") && !text.contains("parseRepoUrl");
        let text = value.as_str().filter(is_bound)?;
        template.free_in(text).into_iter().next().map(|parameter| (&**name, parameter))
    });
    free.collect()
}

/// Whether a file is copied as it is.
fn is_copied(step: &Step<'_>, file: &File, folder: &str) -> bool {
    let own = file.path.strip_prefix(folder).unwrap_or_default().trim_start_matches('/');
    ["input.copyWithoutTemplating", "input.copyWithoutRender"].into_iter().any(|key| {
        let patterns = step.item.at(key).map(Item::items).unwrap_or_default();
        patterns
            .iter()
            .filter_map(Item::as_str)
            .any(|pattern| own.starts_with(pattern.split('*').next().unwrap_or_default()))
    })
}

/// Where the first of some values is put in as it is.
fn first<'f>(file: &File, free: &'f HashMap<&str, String>) -> Option<(Place, (&'f str, &'f str))> {
    let text = file.text().filter(|text| text.len() <= BYTES)?;
    let (mut start, mut line_start) = (0, 0);
    while let Some(at) = text.get(start..)?.find("${{") {
        let from = start + at;
        let end = from + text.get(from..)?.find("}}")? + 2;
        // From the last one on, so that one long line is read once.
        if let Some(line) = text.get(start..from)?.rfind('\n') {
            line_start = start + line + 1;
        }
        start = end;
        let inside = text.get(from + 3..end - 2)?.trim();
        let (value, filters) = inside.split_once('|').unwrap_or((inside, ""));
        let named = value.trim().strip_prefix("values.").and_then(|name| free.get_key_value(name));
        let line = text.get(line_start..)?.trim_start_matches([' ', '\t']);
        let is_comment = line.starts_with('#') || line.starts_with("//");
        if let Some((value, parameter)) = named
            && !is_comment
            && !filters.contains("dump")
        {
            return Some((file.place(from, end), (value, parameter)));
        }
    }
    None
}

/// Whether a cluster is told what to run by it; the catalog is not.
fn is_manifest(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("apiVersion:")
        && has("kind:")
        && !text.lines().any(|line| line.starts_with("apiVersion: backstage.io"))
}
