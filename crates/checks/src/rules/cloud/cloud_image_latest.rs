use std::collections::BTreeSet;

use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, File, Findings, Item, Place, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Starts of kinds whose images are seen in the objects that they make.
const OBJECTS: &[&str] = &["kubernetes_", "kubectl_", "helm_"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut places: BTreeSet<&Place> = BTreeSet::new();
    for module in cx.infrastructure()? {
        for block in &module.blocks {
            match &*block.block {
                "resource" if OBJECTS.iter().any(|start| block.kind.starts_with(start)) => {}
                "resource" | "module" | "locals" => used(cx, block, &mut places),
                "variable" => {
                    let default = block.at("default").filter(|default| is_latest(&block.name, default));
                    places.extend(default.map(Item::key_place));
                }
                _ => {}
            }
        }
        for values in cx.repository().terraform.values.iter().filter(|values| values.folder == module.folder)
        {
            let latest = values.values.iter().filter(|(name, value)| is_latest(name, value));
            places.extend(latest.map(|(_, value)| value.key_place()));
        }
    }
    for place in places {
        findings
            .at(place, "the image is whatever was pushed last")
            .why("a restart may bring another program, nobody can say which one ran, and there is nothing to go back to")
            .fix(Fix::manual("deploy by version or digest"));
    }
    Ok(())
}

/// The images that a block names itself.
fn used<'a>(cx: &Context<'a>, block: &'a Block, places: &mut BTreeSet<&'a Place>) {
    let mut found = Vec::new();
    block.body.walk(&mut |path, item| {
        let name = path.rsplit('.').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        if is_latest(name, item) {
            found.push(item);
        }
    });
    // What comes from a variable is told at its default, or at the value that it is given.
    let is_written = |item: &&Item| {
        let text = cx.repository().files.get(&item.place.path).and_then(File::text);
        let written = text.and_then(|text| text.get(item.place.start..item.place.end));
        written.is_some_and(|written| written.contains("latest"))
    };
    places.extend(found.into_iter().filter(is_written).map(Item::key_place));
}

/// Whether a name is that of an image or its tag, and the value the newest of it.
fn is_latest(name: &str, item: &Item) -> bool {
    let (Value::String(text) | Value::Unknown(text)) = &item.value else { return false };
    let text = text.trim_matches('"').trim();
    let name = name.to_ascii_lowercase().replace('-', "_").replace("__", "_");
    let is_image = name == "linux_fx_version"
        || name.split('_').any(|word| matches!(word, "image" | "images"))
        || matches!(name.as_str(), "containerimage" | "imageuri" | "imageidentifier" | "dockerimage");
    let is_tag =
        matches!(name.as_str(), "image_tag" | "docker_tag" | "container_tag" | "imagetag" | "image_version")
            || name.ends_with("_image_tag");
    (is_image && text.ends_with(":latest")) || (is_tag && text == "latest")
}
