use crate::fix::Fix;
use crate::rule::Skip;
use crate::rules::in_code::{added, starts};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let starts = starts(code);
    if starts.is_empty() {
        return Err(Skip::because("no backend of the new system here"));
    }
    let added = added(code);
    for start in starts {
        let text = start.at.module.text();
        // Something else decides what is loaded: it cannot be told from here.
        let is_dynamic = ["dynamicPlugins", "featureDiscovery", "FeatureLoader", "featureLoader"]
            .iter()
            .any(|word| text.contains(word));
        let mut own = added.iter().filter(|one| one.path == &*start.at.module.path).peekable();
        let nothing = own.peek().is_none();
        let has = own.any(|one| {
            one.package.to_ascii_lowercase().contains("permission")
                || one.package.contains("rbac")
                || one.package.contains("policy")
        });
        if has || is_dynamic || nothing {
            continue;
        }
        findings
            .at(&start.place(), "the backend has no permission backend and no policy")
            .why("nothing is asked: every signed-in user may do everything, whatever `permission.enabled` says")
            .fix(Fix::manual("add `@backstage/plugin-permission-backend` and a module with your policy, and set `permission.enabled: true`"));
    }
    Ok(())
}
