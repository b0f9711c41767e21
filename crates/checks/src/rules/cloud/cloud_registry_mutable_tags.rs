use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for registry in super::resources(cx, &["aws_ecr_repository"])? {
        let mut places = Vec::new();
        let said = super::decided(cx, registry, "image_tag_mutability");
        if said.is_empty() && registry.at("?").is_none() {
            places.push(&registry.kind_place);
        }
        let is_mutable =
            |item: &&Item| item.as_str().is_some_and(|text| text.eq_ignore_ascii_case("mutable"));
        places.extend(said.into_iter().filter(is_mutable).map(Item::key_place));
        for place in places {
            findings
                .at(place, format!("tags of `{}` can be moved to other images", registry.label()))
                .why("who may push replaces what runs under a version that was tested and reviewed, and nobody sees it")
                .fix(Fix::manual("set the tags to `IMMUTABLE`, and push a new one for every build"));
        }
        let scans = ["image_scanning_configuration.scan_on_push", "scan_on_push"];
        for scan in scans.iter().flat_map(|path| super::decided(cx, registry, path)) {
            if scan.as_bool() == Some(false) {
                findings
                    .at(
                        scan.key_place(),
                        format!("images are not scanned when they are pushed to `{}`", registry.label()),
                    )
                    .why("holes that are known stay unseen until somebody else finds them")
                    .fix(Fix::manual("scan on push, or switch enhanced scanning on for the registry"));
            }
        }
    }
    for registry in super::elsewhere(cx)? {
        for key in ["image_tag_mutability", "repository_image_tag_mutability"] {
            for item in super::decided(cx, registry, key) {
                if item.as_str() == Some("MUTABLE") {
                    findings
                        .at(item.key_place(), format!("tags of `{}` can be moved to other images", registry.label()))
                        .why("who may push replaces what runs under a version that was tested and reviewed, and nobody sees it")
                        .fix(Fix::manual("set the tags to `IMMUTABLE`, and push a new one for every build"));
                }
            }
        }
    }
    for registry in super::resources(cx, &["google_artifact_registry_repository"])? {
        for item in super::decided(cx, registry, "docker_config.immutable_tags") {
            if item.as_bool() == Some(false) {
                findings
                    .at(item.key_place(), format!("tags of `{}` can be moved to other images", registry.label()))
                    .why("who may push replaces what runs under a version that was tested and reviewed, and nobody sees it")
                    .fix(Fix::manual("set `immutable_tags = true`, and push a new tag for every build"));
            }
        }
    }
    Ok(())
}
