use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Configuration, severity: Severity::Medium, serve: Serve::Reports, check };

/// Plugins without which a portal is not the one that was configured.
const NEEDED: &[&str] = &["auth", "permission"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let keys = NEEDED.iter().map(|plugin| (Some(*plugin), format!("backend.startup.plugins.{plugin}")));
    for (plugin, key) in keys.chain([(None, "backend.startup.default".to_owned())]) {
        for setting in cx.settings(&format!("{key}.onPluginBootFailure"))? {
            if setting.is_for_development() || setting.item.literal() != Some("continue") {
                continue;
            }
            let which =
                plugin.map_or_else(|| "any plugin".to_owned(), |plugin| format!("the {plugin} plugin"));
            findings
                .at(setting.item.key_place(), format!("the backend goes on when {which} does not start"))
                .severity(setting.severity(if plugin.is_some() { Severity::Medium } else { Severity::Low }))
                .why("a fault in sign-in or in the policy then shows as a portal that runs without it")
                .fix(Fix::suggested("let it fail", vec![Edit::set(setting.item, "abort")]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
