use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("events.http.topics.*")?.filter(|setting| !setting.is_for_development()) {
        let Some(topic) = setting.item.literal() else { continue };
        let secret = format!("events.modules.{topic}.webhookSecret");
        let is_verified = |root: &Item| root.at(&secret).is_some_and(|item| !item.is_null());
        let project = setting.project;
        if project.productions.iter().any(|production| is_verified(&production.root))
            || project.configs.iter().any(|config| is_verified(&config.root))
        {
            continue;
        }
        findings
            .at(&setting.item.place, format!("anyone may publish events of the topic `{topic}`"))
            .severity(setting.severity(Severity::Medium))
            .confidence(Confidence::Medium)
            .why("`/api/events/http/…` needs no credentials, and subscribers take what comes for what the sender's system said")
            .fix(Fix::suggested(
                "remove the topic, or install the module that verifies its signature, with a secret",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
