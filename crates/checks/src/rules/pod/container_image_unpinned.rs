use super::{containers, severity};
use crate::fix::Fix;
use crate::image::Reference;
use crate::image::moving::is_moving;
use crate::kube::{Object, Source, Teller, written};
use crate::repo::Files;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    for container in containers(cx.manifests()?) {
        let (Some(image), Some(item)) = (container.image(), container.item.get("image")) else { continue };
        if image.digest.is_some() || image.name.is_empty() || image.name.contains('<') {
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
            report
                .why(
                    "whoever can push to the registry changes what runs, and two pods may run different code",
                )
                .fix(Fix::manual("name a version, and its digest (`image: name:1.2.3@sha256:…`)"));
        }
    }
    Ok(())
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
