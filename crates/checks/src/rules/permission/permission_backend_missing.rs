use crate::code::backend::{Added, Feature, Generation};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

const PACKAGE: &str = "@backstage/plugin-permission-backend";
/// Words in code of what decides only when it runs which features are loaded.
const DYNAMIC: &[&str] = &["dynamicPlugins", "featureDiscovery", "FeatureLoader", "featureLoader"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for backend in cx.backends()?.iter().filter(|backend| backend.generation == Generation::New) {
        any = true;
        let text = |word: &&str| backend.modules.iter().any(|module| module.text().contains(*word));
        // It cannot be told from here what is loaded.
        let is_open = backend.is_open() || backend.added.is_empty() || DYNAMIC.iter().any(text);
        let Some(start) = &backend.start else { continue };
        if is_open || backend.added.iter().any(decides) {
            continue;
        }
        findings
            .at(start, "the backend has no permission backend and no policy")
            .why("nothing is asked: every signed-in user may do everything, whatever `permission.enabled` says")
            .fix(Fix::manual("add `@backstage/plugin-permission-backend` and a module with your policy, and set `permission.enabled: true`"));
    }
    for backend in cx.backends()?.iter().filter(|backend| backend.generation == Generation::Old) {
        any = true;
        let Some(start) = &backend.start else { continue };
        let package = format!("{}/package.json", backend.folder);
        let is_installed = cx
            .packages()?
            .at(package.trim_start_matches('/'))
            .is_some_and(|package| package.runtime().any(|dependency| &*dependency.name == PACKAGE));
        // The router is made in a module beside the entry.
        let asks = cx.code()?.under(&backend.folder).any(|module| module.text().contains(PACKAGE));
        if asks || backend.mounted.is_empty() {
            continue;
        }
        // Most backends of the old system never had one; where it is installed, somebody meant to.
        let (what, severity) = if is_installed {
            ("the permission backend is installed, and nothing mounts it", Severity::High)
        } else {
            ("the backend has no permission backend and no policy", Severity::Medium)
        };
        findings
            .at(start, what)
            .severity(severity)
            .why("nothing is asked: whoever reaches a route may do everything, whatever `permission.enabled` says")
            .fix(Fix::manual("move to the new backend system with `@backstage/plugin-permission-backend` and a policy; until then mount its router with one"));
    }
    if any { Ok(()) } else { Err(Skip::because("no backend here that says how it is made")) }
}

/// Whether a feature has to do with permissions.
fn decides(added: &Added<'_>) -> bool {
    let named = |name: &str| ["permission", "rbac", "policy"].iter().any(|word| name.contains(word));
    match &added.feature {
        Feature::Package { source, .. } => named(&source.to_ascii_lowercase()),
        // What is added to another plugin is no policy, whatever its file is called.
        Feature::Definition(definition) => match definition.plugin.as_deref() {
            Some(plugin) => named(plugin),
            None => named(&definition.call.at.module.path.to_ascii_lowercase()),
        },
        Feature::Legacy { id, .. } => id.as_deref() == Some("permission"),
        Feature::Unknown => true,
    }
}
