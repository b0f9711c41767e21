use crate::fix::{Edit, Fix};
use crate::rule::Skip;
use crate::rules::on_release::release;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Reports, check };

/// Integrations whose actions take the user's token.
const HOSTS: &[&str] = &["github", "gitlab", "azure", "bitbucketCloud", "bitbucketServer"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut judged = false;
    for project in cx.projects()? {
        // Before, there is no such key; that the release is old is said elsewhere.
        if release(project).is_some_and(|release| release < Release::new(1, 54, 6)) {
            continue;
        }
        judged = true;
        for production in project.productions.iter().filter(|production| production.missing().is_empty()) {
            let set = production.at("scaffolder.requireScmUserCredentials");
            if set.is_some_and(|flag| flag.as_bool() != Some(false)) || !has_scaffolder(*cx, &project.folder)
            {
                continue;
            }
            let lent = HOSTS.iter().find_map(|host| {
                let entries =
                    production.at(&format!("integrations.{host}")).map(Item::items).unwrap_or_default();
                entries.iter().find(|entry| {
                    ["token", "apps", "credentials", "appPassword", "password"]
                        .iter()
                        .any(|key| entry.get(key).is_some())
                })
            });
            let Some(lent) = lent else { continue };
            let fix = match (set, production.at("scaffolder")) {
                (Some(flag), _) => Fix::suggested("require users' credentials", vec![Edit::set(flag, true)]),
                (None, Some(map)) if map.as_map().is_some() => Fix::suggested(
                    "set `scaffolder.requireScmUserCredentials: true`",
                    vec![Edit::add(map, "requireScmUserCredentials", true)],
                ),
                _ => Fix::manual(
                    "set `scaffolder.requireScmUserCredentials: true`, and request users' tokens in the pickers of templates",
                ),
            };
            let place =
                set.map_or_else(|| production.near("scaffolder.requireScmUserCredentials"), Item::key_place);
            findings
                .at(place, "templates fall back to the portal's own SCM credentials")
                .confidence(Confidence::Medium)
                .why("a user publishes to, and copies from, repositories that only the integration may reach; the upgrade alone does not change that (CVE-2026-106462)")
                .fix(fix)
                .because(Some(&lent.place), "the integration has a credential")
                .evidence([production.how.clone()]);
        }
    }
    if judged {
        Ok(())
    } else {
        Err(Skip::because("the setting exists since 1.54.6, and the release is older"))
    }
}

fn has_scaffolder(cx: Context<'_>, folder: &str) -> bool {
    let mut packages = cx.repository().files.under(folder).filter(|file| file.name() == "package.json");
    packages
        .any(|file| file.text().is_some_and(|text| text.contains("\"@backstage/plugin-scaffolder-backend\"")))
}
