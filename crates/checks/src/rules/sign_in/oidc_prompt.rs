use crate::fix::{Edit, Fix};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.providers.oidc.*")?.filter(crate::repo::Setting::is_effective) {
        if setting.item.get("clientId").is_none() && setting.item.get("metadataUrl").is_none() {
            continue;
        }
        let prompt = setting.item.get("prompt").filter(|prompt| !prompt.is_null());
        let (place, edit) = match prompt {
            // A server's own configuration: Stagedoor leaves it to the provider unless something is written.
            None if setting.project.configs.is_empty() => continue,
            None => (setting.item.key_place(), Edit::add(setting.item, "prompt", "auto")),
            Some(prompt) if prompt.as_str() == Some("none") => {
                (prompt.key_place(), Edit::set(prompt, "auto"))
            }
            Some(_) => continue,
        };
        if is_set_elsewhere(cx, &setting.path)? {
            continue;
        }
        findings
            .at(place, "OIDC sign-in uses `prompt=none`")
            .confidence(Confidence::Medium)
            .why("the identity provider then refuses everyone whom it would have to ask something")
            .fix(Fix::suggested("set `prompt: auto`", vec![edit]))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// Whether another file of the same configuration says which prompt to use.
fn is_set_elsewhere(cx: &Context<'_>, path: &str) -> Result<bool, Skip> {
    let path = format!("{path}.prompt");
    let prompts = cx.productions()?.into_iter().filter_map(|production| production.at(&path));
    Ok(prompts.into_iter().any(|prompt| prompt.as_str() != Some("none")))
}
