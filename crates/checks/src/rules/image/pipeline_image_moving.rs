use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::fix::Fix;
use crate::image::Command;
use crate::rules::env_file::assignments;
use crate::rules::scripts::{self, Script};
use crate::{Checklist, Confidence, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

const BUILDERS: &[&str] = &["docker", "podman", "buildah", "nerdctl"];
/// Programs that tell a platform what to run.
const DEPLOYERS: &[&str] = &["kubectl", "oc", "helm", "gcloud", "az", "aws", "flyctl", "fly", "kustomize"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let scripts = scripts::with(*cx, &["latest"])?;
    published(&scripts, findings);
    let mut told = HashSet::new();
    for script in scripts.iter().filter(|script| !script.is_local) {
        deployed(script, &mut told, findings);
    }
    for file in cx.repository().files.iter() {
        if scripts::is_pipeline(file) {
            pipeline(file, findings);
        } else if file.name().to_ascii_lowercase().starts_with(".env") {
            variables(file, findings);
        }
    }
    Ok(())
}

/// Whether it names an image by `latest`, in a registry.
fn is_latest(text: &str) -> bool {
    let name = text.strip_suffix(":latest");
    name.is_some_and(|name| name.contains(['/', '$']) && !name.contains("://") && !name.contains("localhost"))
}

/// What is pushed from each file: a finding where nothing has another tag.
fn published(scripts: &[Script], findings: &mut Findings) {
    let mut files: BTreeMap<&Arc<str>, Vec<(&str, &Place)>> = BTreeMap::new();
    for command in scripts.iter().flat_map(|script| &script.commands) {
        for word in targets(command) {
            files.entry(&word.1.path).or_default().push(word);
        }
    }
    for named in files.into_values() {
        if let Some((name, place)) = named.first().filter(|_| named.iter().all(|(name, _)| is_latest(name))) {
            tell(findings, place, format!("`{name}` is the only name that the image is published by"));
        }
    }
}

/// The names that a command gives to what is published.
fn targets(command: &Command) -> Vec<(&str, &Place)> {
    if !BUILDERS.contains(&command.name()) {
        return Vec::new();
    }
    let mut operands = command.operands().filter(|word| word.text != "image");
    let verb = operands.next().map_or("", |word| word.text.as_str());
    match verb {
        // `docker tag OLD NEW`, `docker push NAME`.
        "tag" | "push" => operands.last().map(|word| (word.text.as_str(), &word.place)).into_iter().collect(),
        "build" | "buildx" if command.has("--push") => {
            let words = command.program();
            let next = words.windows(2).filter_map(|pair| match pair {
                [flag, name] if matches!(flag.text.as_str(), "-t" | "--tag") => {
                    Some((&name.text, &name.place))
                }
                _ => None,
            });
            next.map(|(name, place)| (name.as_str(), place)).collect()
        }
        _ => Vec::new(),
    }
}

/// Images that a platform is told to run.
fn deployed(script: &Script, told: &mut HashSet<(Arc<str>, String)>, findings: &mut Findings) {
    for command in script.commands.iter().filter(|command| DEPLOYERS.contains(&command.name())) {
        for word in command.program().iter().skip(1) {
            let value = word.text.rsplit_once('=').map_or(word.text.as_str(), |(_, value)| value);
            let is_tag = word.text.ends_with("tag=latest");
            if (is_tag || is_latest(value)) && told.insert((Arc::clone(&word.place.path), word.text.clone()))
            {
                tell(
                    findings,
                    &word.place,
                    format!("{} deploys whatever `{}` is at the time", command.name(), value),
                );
            }
        }
    }
}

/// What a pipeline says outside its scripts.
fn pipeline(file: &File, findings: &mut Findings) {
    let is_cloud_build = file.name().to_ascii_lowercase().contains("cloudbuild");
    for tree in file.trees() {
        tree.walk(&mut |path, item| {
            let Some(text) = item.as_str() else {
                return whole_step(item, findings);
            };
            let mut keys = path.rsplit('.');
            let key = keys.next().unwrap_or_default();
            let parent = keys.next().unwrap_or_default();
            let is_step = match key {
                "container" | "image" => true,
                "name" => is_cloud_build && path.starts_with("steps."),
                "uses" => text.starts_with("docker://"),
                _ => false,
            };
            let lower = key.to_ascii_lowercase();
            if is_step && text.ends_with(":latest") && parent != "with" {
                tell(findings, &item.place, format!("the pipeline runs in whatever `{text}` is at the time"));
            } else if matches!(parent, "env" | "variables") && lower.contains("image") && is_latest(text) {
                tell(findings, &item.place, format!("`{key}` is whatever image was pushed last"));
            }
        });
    }
}

/// A step that builds and pushes: what its image is called, where that is all written.
fn whole_step(step: &Item, findings: &mut Findings) {
    let Some(with) =
        step.get("with").filter(|with| with.get("push").is_some_and(|push| push.as_bool() != Some(false)))
    else {
        return;
    };
    let Some(tags) = with.get("tags").filter(|tags| tags.as_str().is_some()) else { return };
    let text = tags.as_str().unwrap_or_default();
    let mut names = text.split([',', '\n']).map(str::trim).filter(|name| !name.is_empty()).peekable();
    if names.peek().is_some() && names.all(is_latest) {
        let name = text.trim();
        tell(findings, &tags.place, format!("`{name}` is the only name that the image is published by"));
    }
}

/// `.env` files and their examples, which say what compose files and scripts run.
fn variables(file: &File, findings: &mut Findings) {
    for one in assignments(file) {
        if one.name.to_ascii_uppercase().contains("IMAGE") && is_latest(one.value) {
            tell(
                findings,
                &one.place,
                format!("`{}` is whatever was pushed last to {}", one.name, one.value),
            );
        }
    }
}

fn tell(findings: &mut Findings, place: &Place, message: String) {
    findings
        .at(place, message)
        .confidence(Confidence::Medium)
        .why("what runs is not what was looked at: nobody can tell which build it is, nor go back to the one before")
        .fix(Fix::manual("name the image by its version, its commit or its digest"));
}
