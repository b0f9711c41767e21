use super::providers;
use crate::fix::Fix;
use crate::repo::{Production, Reach, Role};
use crate::{Checklist, Confidence, Context, Findings, Item, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

/// The first provider's block for development.
fn block(production: &Production) -> Option<&Place> {
    let providers = providers::of(production);
    let own = providers.iter().filter(|provider| provider.has_environments());
    own.filter_map(|provider| provider.item.get("development")).map(Item::key_place).next()
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for production in cx.productions()? {
        if providers::environment(production) != Some("development") {
            continue;
        }
        let is_used = providers::of(production).iter().any(|provider| {
            provider.has_environments() && provider.environments().any(|name| name == "development")
        });
        let written = production.at("auth.environment");
        // Where nothing says so and nothing uses it, it is only a default.
        if written.is_none() && !is_used {
            continue;
        }
        let severity = if is_used && written.is_some() { Severity::Medium } else { Severity::Low };
        let (place, message) = match written {
            Some(item) => (item.key_place(), "production signs in with `auth.environment: development`"),
            // Where the blocks are that would be of production.
            None => (
                block(production).unwrap_or_else(|| production.near("auth.environment")),
                "`auth.environment` is not set, which means `development`, in production",
            ),
        };
        findings
            .at(place, message)
            .severity(severity)
            .why("production uses the clients, secrets and resolvers that were made for developers' machines")
            .fix(Fix::manual(
                "set `auth.environment: production` in what production loads, with provider blocks of that name",
            ))
            .evidence([production.how.clone()]);
    }
    // Files for a deployment that nothing here starts: whoever starts it loads them.
    for setting in cx.settings("auth.environment")? {
        let is_for_a_deployment = matches!(setting.reach, Reach::NotLoaded(Role::Production | Role::Other));
        if !is_for_a_deployment || setting.item.literal() != Some("development") {
            continue;
        }
        findings
            .at(setting.item.key_place(), "a deployment signs in with `auth.environment: development`")
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("it uses the clients, secrets and resolvers that were made for developers' machines")
            .fix(Fix::manual("set `auth.environment: production` there, with provider blocks of that name"))
            .evidence(setting.evidence());
    }
    only_block(*cx, findings)
}

/// Files for a deployment that nothing here starts, whose providers have no block but development's: whoever starts it
/// signs people in with that. One of a file is told.
fn only_block(cx: Context<'_>, findings: &mut Findings) -> Ran {
    let mut told: Vec<&str> = Vec::new();
    for setting in cx.settings("auth.providers.*.development")? {
        let Reach::NotLoaded(role) = setting.reach else { continue };
        let path = &*setting.item.place.path;
        let is_one = role == Role::Production && setting.item.as_map().is_some_and(|block| !block.is_empty());
        let says_another = setting.project.configs.iter().any(|config| {
            let written = config.root.at("auth.environment");
            config.role != Role::Development
                && written.is_some_and(|item| item.literal() != Some("development") || *config.path == *path)
        });
        let others = setting.path.rsplit_once('.').and_then(|(provider, _)| {
            let own = setting.project.configs.iter().find(|config| *config.path == *path)?;
            Some(
                own.root
                    .at(provider)?
                    .entries()
                    .any(|(name, item)| &**name != "development" && item.get("clientId").is_some()),
            )
        });
        if !is_one || says_another || others != Some(false) || told.contains(&path) {
            continue;
        }
        told.push(path);
        findings
            .at(setting.item.key_place(), "a deployment has providers for `development` only, which `auth.environment` means where nothing sets it")
            .severity(Severity::Low)
            .confidence(Confidence::Medium)
            .why("it uses the clients, secrets and resolvers that were made for developers' machines")
            .fix(Fix::manual("set `auth.environment: production` there, with provider blocks of that name"))
            .evidence(setting.evidence());
    }
    Ok(())
}
