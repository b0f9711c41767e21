use crate::fix::Fix;
use crate::image::moving::is_moving;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Starts of sources that are repositories of git.
const GIT: &[&str] = &["git::", "git@", "github.com/", "bitbucket.org/", "hg::"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for block in cx.infrastructure()?.into_iter().flat_map(|module| module.all("module")) {
        let Some(source) = block.at("source") else { continue };
        let Some((severity, what)) = source.as_str().and_then(|text| loose(block, text)) else { continue };
        findings
            .at(source.key_place(), format!("the module `{}` {what}", block.name))
            .severity(severity)
            .why("the next `terraform init` takes whatever is there then, and applies it with the rights of whoever deploys")
            .fix(Fix::manual("name a version: `?ref=` and a tag or a commit for git, `version` for a registry"));
    }
    charts(cx, findings)
}

/// Charts that Terraform installs.
fn charts(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for release in super::resources(cx, &["helm_release"])? {
        let Some(chart) = release.at("chart") else { continue };
        let is_remote = release.at("repository").is_some_and(|item| !item.is_null())
            || chart.as_str().is_some_and(|chart| chart.starts_with("oci://"));
        let versions = super::decided(cx, release, "version");
        let is_open = |version: &&Item| {
            version
                .as_str()
                .is_some_and(|text| matches!(text.trim(), "*" | "latest" | "") || text.starts_with('>'))
        };
        let is_file = chart.as_str().is_some_and(|chart| chart.starts_with(['.', '/', '$']));
        let loose = versions.iter().copied().find(is_open);
        if !is_remote || is_file || (loose.is_none() && versions.iter().any(|version| !version.is_null())) {
            continue;
        }
        let place = loose.map_or(chart.key_place(), Item::key_place);
        findings
            .at(place, format!("the chart of `{}` has no version", release.label()))
            .severity(Severity::Low)
            .why("the next `terraform apply` installs whatever was published last, with the rights it asks for in the cluster")
            .fix(Fix::manual("name the chart's `version`"));
    }
    Ok(())
}

/// How a source may become another one.
fn loose(block: &Block, source: &str) -> Option<(Severity, String)> {
    if source.starts_with('.') || source.starts_with('/') {
        return None;
    }
    if source.starts_with("tfr://") {
        let has_version = source
            .split(['?', '&'])
            .any(|part| part.strip_prefix("version=").is_some_and(|version| !version.is_empty()));
        return (!has_version).then(|| (Severity::Medium, "has no version".to_owned()));
    }
    let is_git = GIT.iter().any(|start| source.starts_with(start))
        || source.split('?').next()?.rsplit_once('.').is_some_and(|(_, end)| end == "git");
    if is_git {
        let reference = source.split(['?', '&']).find_map(|part| part.strip_prefix("ref="));
        return match reference {
            None | Some("") => Some((Severity::Medium, "is the newest commit of a repository".to_owned())),
            Some(name) if is_moving(name) => {
                Some((Severity::Medium, format!("is the newest commit of `{name}`")))
            }
            Some(_) => None,
        };
    }
    // `namespace/name/provider`, with or without a host.
    let is_registry = !source.contains("::")
        && !source.contains("://")
        && matches!(source.split("//").next()?.split('/').count(), 3 | 4);
    let version = block.at("version");
    if !is_registry || version.is_some_and(Item::is_unknown) {
        return None;
    }
    match version.and_then(Item::as_str).map(str::trim) {
        None => Some((Severity::Medium, "has no version".to_owned())),
        Some(range) if range.starts_with('>') && !range.contains('<') => {
            Some((Severity::Low, format!("may be of any version `{range}`")))
        }
        Some(_) => None,
    }
}
