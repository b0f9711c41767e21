use crate::fix::Fix;
use crate::repo::Setting;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Agents, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in
        cx.settings("backend.actions.pluginSources.*")?.filter(|setting| !setting.is_for_development())
    {
        let Some(source @ ("scaffolder" | "*")) = setting.item.literal() else { continue };
        if is_filtered(&setting) {
            continue;
        }
        // Without permissions, whoever signs in runs every template through an agent.
        let enforced = setting
            .project
            .productions
            .iter()
            .all(|production| production.at("permission.enabled").is_some_and(Item::is_true));
        findings
            .at(&setting.item.place, format!("agents are offered every action of `{source}`"))
            .severity(setting.severity(if enforced { Severity::Low } else { Severity::Medium }))
            .confidence(Confidence::Medium)
            .why("an agent that was talked into it runs templates with its user's rights, and nobody reads the form first")
            .fix(Fix::manual("leave out destructive actions with `backend.actions.filter`, or remove the source"))
            .evidence(setting.evidence());
    }
    Ok(())
}

fn is_filtered(setting: &Setting<'_>) -> bool {
    let keys = ["backend.actions.filter.include", "backend.actions.filter.exclude"];
    setting.project.productions.iter().any(|production| {
        keys.iter().any(|key| production.at(key).is_some_and(|list| !list.one_or_many().is_empty()))
    })
}
