use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("scaffolder.defaultEnvironment.secrets")? {
        let is_empty = setting.item.as_map().is_some_and(indexmap::IndexMap::is_empty);
        if setting.is_for_development() || setting.item.is_null() || is_empty {
            continue;
        }
        let names =
            setting.item.entries().map(|(name, _): (_, &Item)| format!("`{name}`")).collect::<Vec<_>>();
        let names = if names.is_empty() { "secrets".to_owned() } else { names.join(", ") };
        findings
            .at(setting.item.key_place(), format!("every template may use {names}"))
            .severity(setting.severity(Severity::Medium))
            .why("whoever writes a template reads them, and `environment.secrets` goes into the input of any action")
            .fix(Fix::manual("give each secret to the one action that needs it, by configuration of its own"))
            .evidence(setting.evidence());
    }
    Ok(())
}
