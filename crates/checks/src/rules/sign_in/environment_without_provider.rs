use super::providers;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Reports, check };

/// An environment that is taken from a variable made for a secret: its value is sent to every browser.
fn from_a_secret(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("auth.environment")?.filter(|setting| !setting.is_for_development()) {
        let variable = setting.item.as_str().and_then(|text| text.trim().strip_prefix("${"));
        let Some(variable) = variable.and_then(|rest| rest.split(['}', ':']).next()) else { continue };
        let words: Vec<String> = variable.split('_').map(str::to_ascii_uppercase).collect();
        if !["TOKEN", "SECRET", "PASSWORD", "KEY"].iter().any(|word| words.iter().any(|own| own == word)) {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("`auth.environment` is taken from `{variable}`, which is named like a secret"))
            .why("the environment is sent to every browser; and no provider has a block of that name, so that nobody can sign in")
            .fix(Fix::manual("write the environment's name, such as `production`"))
            .evidence(setting.evidence());
    }
    Ok(())
}

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    from_a_secret(cx, findings)?;
    for production in cx.productions()? {
        let Some(environment) = providers::environment(production) else { continue };
        let Some(written) = production.at("auth.environment") else { continue };
        let providers = providers::of(production);
        let with_blocks: Vec<_> = providers
            .iter()
            .filter(|provider| provider.has_environments() && provider.environments().next().is_some())
            .collect();
        if with_blocks.is_empty() {
            let only_guest = !providers.is_empty() && providers.iter().all(|provider| provider.id == "guest");
            if only_guest && environment != "development" {
                findings
                    .at(
                        written.key_place(),
                        format!("no provider is configured for the environment `{environment}`, but guest"),
                    )
                    .why("the setting picks a provider's block, and there is none: all that is left is guest sign-in")
                    .fix(Fix::manual(format!("configure a provider with a `{environment}` block and a resolver")))
                    .evidence([production.how.clone()]);
            }
            continue;
        }
        for provider in with_blocks {
            if provider.environments().any(|name| name == environment) {
                continue;
            }
            let others = provider.environments().collect::<Vec<_>>().join("`, `");
            findings
                .at(
                    provider.item.key_place(),
                    format!(
                        "`{}` has no block for the environment `{environment}`, only `{others}`",
                        provider.id
                    ),
                )
                .why("sign-in with it ends in 404, for everybody, and people look for another way in")
                .fix(Fix::manual(format!("add a `{environment}` block, or remove the provider")))
                .because(Some(&written.place), format!("`auth.environment` is `{environment}`"))
                .evidence([production.how.clone()]);
        }
    }
    Ok(())
}
