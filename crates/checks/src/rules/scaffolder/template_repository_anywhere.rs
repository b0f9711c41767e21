use super::all;
use crate::catalog_files::used;
use crate::finding::Step;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for (name, schema) in &template.parameters {
            if schema.get("ui:field").and_then(Item::as_str) != Some("RepoUrlPicker") {
                continue;
            }
            let bounds = ["allowedHosts", "allowedOwners", "allowedOrganizations", "allowedProjects"];
            let options = schema.get("ui:options");
            if bounds.iter().any(|key| {
                options
                    .and_then(|options| options.get(key))
                    .is_some_and(|list| !list.one_or_many().is_empty())
            }) {
                continue;
            }
            // A step that takes the user's own token reaches what the user reaches.
            let writes = template.steps().find_map(|step| {
                let url = step.item.at("input.repoUrl")?;
                let names = used(url.as_str()?, "parameters");
                names.iter().any(|used| used == name).then_some((step, url))
            });
            if let Some((step, _)) = writes
                && options.is_some_and(|options| options.get("requestUserCredentials").is_some())
                && step.item.at("input.token").is_some()
            {
                continue;
            }
            findings
                .at(schema.key_place(), format!("`{name}` may be a repository on every host that has an integration"))
                .why("the steps then write there with the integration's credentials, on hosts that the author did not think of")
                .fix(Fix::manual("set `allowedHosts`, and `allowedOwners`, under its `ui:options`; or request the user's credentials and hand their token to the step"))
                .evidence(writes.map(|(step, url)| Step {
                    place: Some(url.place.clone()),
                    text: format!("`{}` writes there", step.action),
                }));
        }
    }
    Ok(())
}
