use std::collections::HashSet;

use crate::fix::Fix;
use crate::image::moving::is_moving;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let built = built(*cx);
    for service in super::services(cx)? {
        let (Some(image), Some(text)) = (service.image(), service.image_name()) else { continue };
        // What is built here has a name of its own; from a registry, it is pulled before it is built.
        let is_own = service.item.get("build").is_some()
            && !text.split_once('/').is_some_and(|(host, _)| host.contains('.'));
        if is_own || text.contains('@') {
            continue;
        }
        if built.contains(text.split(':').next().unwrap_or(&text)) {
            continue;
        }
        let name = text.rsplit('/').next().unwrap_or(&text);
        let tag = name.split_once(':').map(|(_, tag)| tag).filter(|tag| !tag.is_empty());
        if name.is_empty() || tag.is_some_and(|tag| !is_moving(tag)) {
            continue;
        }
        findings
            .at(&image.place, format!("`{text}` is whatever was pushed last"))
            .severity(Severity::Low)
            .why("two machines run different programs, and a tag that is taken over brings somebody else's")
            .fix(Fix::manual("name a version, best with its digest"));
    }
    Ok(())
}

/// Names of images that scripts of this repository build: `docker build . --tag backstage`.
fn built(cx: Context<'_>) -> HashSet<&str> {
    let scripts = cx.repository().packages.iter().flat_map(crate::packages::Package::scripts);
    let texts = scripts.filter_map(|(_, script)| script.as_str());
    texts.filter(|text| text.contains("docker") || text.contains("podman")).flat_map(tags).collect()
}

fn tags(script: &str) -> Vec<&str> {
    let words: Vec<&str> = script.split_whitespace().collect();
    let next = words.windows(2).filter(|pair| matches!(pair[0], "-t" | "--tag")).map(|pair| pair[1]);
    let joined = words.iter().filter_map(|word| word.strip_prefix("--tag="));
    next.chain(joined).map(|tag| tag.split(':').next().unwrap_or(tag)).collect()
}
