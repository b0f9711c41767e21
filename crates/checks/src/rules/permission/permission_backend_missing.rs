use crate::code::backend::{Added, Feature, Generation};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

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
    if any { Ok(()) } else { Err(Skip::because("no backend of the new system here")) }
}

/// Whether a feature has to do with permissions.
fn decides(added: &Added<'_>) -> bool {
    let named = |name: &str| ["permission", "rbac", "policy"].iter().any(|word| name.contains(word));
    match &added.feature {
        Feature::Package { source, .. } => named(&source.to_ascii_lowercase()),
        Feature::Definition(definition) => {
            definition.plugin.as_deref() == Some("permission")
                || named(&definition.call.at.module.path.to_ascii_lowercase())
        }
        Feature::Legacy { id, .. } => id.as_deref() == Some("permission"),
        Feature::Unknown => true,
    }
}
