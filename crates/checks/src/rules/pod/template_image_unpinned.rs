use crate::catalog_files::templates;
use crate::file::is_yaml;
use crate::fix::Fix;
use crate::image::Reference;
use crate::image::moving::is_moving;
use crate::kube::made::{filled, is_in_skeleton};
use crate::kube::{Pod, Teller, written};
use crate::rule::Skip;
use crate::{Checklist, Context, File, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// The most bytes of a file of values.
const BYTES: usize = 128 << 10;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut tell = Teller::new(findings);
    let made = cx.made();
    for container in made.iter().copied().flatten().filter_map(Pod::of).flat_map(Pod::containers) {
        let Some(item) = container.item.get("image") else { continue };
        let Some(tag) = item.as_str().and_then(|text| Reference::parse(text).tag) else { continue };
        if is_moving(&tag) {
            report(&mut tell, written(item), &tag);
        }
    }
    let files = &cx.repository().files;
    let mut looked = made.is_ok();
    for file in files.iter().filter(|file| is_values(file)) {
        looked = true;
        let mut found = Vec::new();
        for tree in filled(file).trees() {
            tree.walk(&mut |path, map| {
                let Some(tag) = map.get("tag") else { return };
                let of_image =
                    path.to_ascii_lowercase().ends_with("image") || map.get("repository").is_some();
                if let Some(text) = tag.as_str().filter(|text| of_image && is_moving(text)) {
                    found.push((tag.key_place().clone(), text.to_owned()));
                }
            });
        }
        for (place, tag) in found {
            report(&mut tell, &place, &tag);
        }
    }
    for template in templates(files) {
        looked = true;
        let tags = template.parameters.iter().filter(|(name, _)| is_tag(name));
        for default in tags.filter_map(|(_, schema)| schema.get("default")) {
            if let Some(tag) = default.as_str().filter(|text| is_moving(text)) {
                report(&mut tell, default.key_place(), tag);
            }
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("no software template here")) }
}

fn is_values(file: &File) -> bool {
    let is_small = file.text().is_some_and(|text| text.len() <= BYTES);
    is_yaml(file.name()) && file.name().contains("values") && is_small && is_in_skeleton(&file.path)
}

/// Whether a parameter asks for the tag of an image.
fn is_tag(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    matches!(
        name.as_str(),
        "tag" | "imagetag" | "dockertag" | "containertag" | "dockerimagetag" | "imageversion"
    )
}

fn report(tell: &mut Teller<'_>, place: &Place, tag: &str) {
    let message = format!("what is made of this runs an image by the tag `{tag}`");
    if let Some(report) = tell.elsewhere(place, Severity::Low, message) {
        report
            .why("every service that is made of it runs whatever was pushed last, and cannot go back to what it ran before")
            .fix(Fix::manual("have the pipeline of the service write the version that it built"));
    }
}
