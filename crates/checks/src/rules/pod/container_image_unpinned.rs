use super::severity;
use crate::fix::Fix;
use crate::helm::Given;
use crate::image::Reference;
use crate::image::moving::is_moving;
use crate::kube::{Object, Pod, Source, Teller, written};
use crate::repo::Files;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str = "whoever can push to the registry changes what runs, and two pods may run different code";
const FIX: &str = "name a version, and its digest (`image: name:1.2.3@sha256:…`)";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in cx.deployed_or_given()?.deployed_pods().into_iter().flat_map(Pod::containers) {
        let (Some(image), Some(item)) = (container.image(), container.item.get("image")) else { continue };
        if image.digest.is_some() || image.name.is_empty() || image.name.contains('<') {
            continue;
        }
        // A name for kustomize, or for what fills it in, to replace.
        let is_stand_in = !image.name.contains('/') && image.name.to_ascii_lowercase().contains("image");
        if is_stand_in && image.tag.is_none() {
            continue;
        }
        let (bad, what) = match image.tag.as_deref() {
            None | Some("") => (Severity::Medium, "without a tag".to_owned()),
            Some(tag) if is_moving(tag) => (Severity::Medium, format!("by the tag `{tag}`")),
            // A version is what most name; that it can be pushed again is for the registry to prevent.
            Some(_) => continue,
        };
        let object = container.pod.object;
        let message = format!("{} runs `{}` {what}", container.label(), image.name);
        let of_values = values_tag(&cx.repository().files, object, item, &image);
        let place = of_values.as_ref().unwrap_or(written(item));
        if let Some(report) = tell.at(object, place, severity(container, bad), message) {
            report.why(WHY).fix(Fix::manual(FIX));
        }
        // What a patch replaces by another that moves.
        for base in &item.overrode {
            let moves =
                base.as_str().map(Reference::parse).and_then(|image| image.tag).filter(|tag| is_moving(tag));
            let Some(tag) = moves else { continue };
            let message = format!(
                "{} is named by the tag `{tag}`, and by one that moves where that is replaced",
                container.label()
            );
            if let Some(report) = tell.at(object, written(base), severity(container, bad).less(1), message) {
                report.why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
    for object in cx.deployed_or_given()?.objects.iter().filter(|object| object.belongs.is_own()) {
        in_other(object, &mut tell);
    }
    in_values(cx.given(), &mut tell);
    Ok(())
}

/// Images of what makes pods in ways of its own: steps of pipelines, packages of Crossplane, what operators run.
fn in_other(object: &Object, tell: &mut Teller<'_>) {
    // Values for charts are looked at by themselves.
    if Pod::of(object).is_some() || matches!(&*object.kind, "Application" | "ApplicationSet" | "HelmRelease")
    {
        return;
    }
    let mut found = object.root.find("spec.**.image");
    if object.group() == "pkg.crossplane.io" {
        found.extend(object.root.find("spec.package"));
    }
    for (_, item) in found {
        let Some(text) = item.as_str().filter(|text| !text.contains(['<', '$', '{'])) else { continue };
        let image = Reference::parse(text);
        let Some(tag) = image.tag.filter(|tag| image.digest.is_none() && is_moving(tag)) else { continue };
        let message = format!("{} takes `{}` by the tag `{tag}`", object.label(), image.name);
        if let Some(report) = tell.at(object, written(item), Severity::Medium, message) {
            report.why(WHY).fix(Fix::manual(FIX));
        }
    }
}

/// Tags among values, whatever becomes of them: of charts that are not here, of environments, and those that whoever
/// installs a chart gets who says nothing.
fn in_values(all: &[Given<'_>], tell: &mut Teller<'_>) {
    for given in all {
        let mut found = Vec::new();
        given.values.walk(&mut |path, map| {
            let Some(tag) = map.get("tag") else { return };
            let Some(text) = tag.as_str().filter(|text| is_moving(text)) else { return };
            let key = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
            let named = ["repository", "name"].into_iter().find_map(|key| map.get(key)?.as_str());
            let is_of_image = key.ends_with("image") || map.get("repository").is_some();
            if is_of_image && map.get("digest").and_then(Item::as_str).is_none_or(str::is_empty) {
                let what = named.map_or_else(|| "the image".to_owned(), |name| format!("`{name}`"));
                found.push((tag.key_place().clone(), format!("{what} is taken by the tag `{text}`")));
            }
        });
        for (place, message) in found {
            if let Some(report) = tell.elsewhere(&place, given.severity(Severity::Medium), message) {
                report.why(WHY).fix(Fix::manual(FIX));
            }
        }
    }
}

/// Where the values of a chart say the tag that a template puts behind a name.
fn values_tag(files: &Files, object: &Object, item: &Item, image: &Reference) -> Option<Place> {
    let (chart, _) = item.place.path.split_once("/templates/").filter(|_| object.source == Source::Helm)?;
    let own =
        [object.unit.to_string(), format!("{}/values.yaml", object.unit), format!("{chart}/values.yaml")];
    own.iter().filter_map(|path| files.get(path)?.tree()).find_map(|values| {
        let mut found = None;
        values.walk(&mut |_, map| {
            let Some(tag) = map.get("tag").filter(|tag| tag.as_str() == image.tag.as_deref()) else { return };
            // An environment's values often have the tag alone.
            let names = ["repository", "name"].into_iter().find_map(|key| map.get(key)?.as_str());
            if found.is_none() && names.is_none_or(|name| image.name.ends_with(name)) {
                found = Some(tag.key_place().clone());
            }
        });
        found
    })
}
