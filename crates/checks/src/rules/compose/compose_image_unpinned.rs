use std::collections::HashSet;

use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let built = built(*cx);
    for service in super::services(cx)? {
        // What is built here has a name of its own.
        let Some(image) = service.image().filter(|_| service.item.get("build").is_none()) else { continue };
        let Some(text) = image.literal().filter(|text| !text.contains('@') && !text.contains("{{")) else {
            continue;
        };
        if built.contains(text.split(':').next().unwrap_or(text)) {
            continue;
        }
        let tag = text.rsplit('/').next().and_then(|name| name.split_once(':')).map(|(_, tag)| tag);
        if !matches!(tag, None | Some("latest" | "")) {
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
