use crate::fix::Fix;
use crate::repo::{Reach, Setting};
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

/// A kind of discovery: the keys that say whose repositories, and those that bound them.
struct Discovery {
    provider: &'static str,
    owners: &'static [&'static str],
    filters: &'static [&'static str],
}

const DISCOVERIES: &[Discovery] = &[
    Discovery {
        provider: "github",
        owners: &["organization", "app"],
        filters: &["filters.repository", "filters.topic.include", "filters.allowList"],
    },
    Discovery {
        provider: "gitlab",
        owners: &["host"],
        filters: &["group", "projectPattern", "groupPattern"],
    },
    Discovery { provider: "azureDevOps", owners: &["organization"], filters: &["repository", "project"] },
    Discovery {
        provider: "bitbucketCloud",
        owners: &["workspace"],
        filters: &["filters.projectKey", "filters.repoSlug"],
    },
    Discovery {
        provider: "bitbucketServer",
        owners: &["host"],
        filters: &["filters.projectKey", "filters.repoSlug"],
    },
    Discovery {
        provider: "gitea",
        owners: &["organization"],
        filters: &["filters.repository", "repository"],
    },
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for discovery in DISCOVERIES {
        for setting in cx.settings(&format!("catalog.providers.{}", discovery.provider))? {
            if setting.is_for_development() {
                continue;
            }
            let is_single = discovery.owners.iter().any(|key| setting.item.get(key).is_some());
            // One provider directly, or several by name.
            let providers: Vec<(Option<&str>, &Item)> = if is_single {
                vec![(None, setting.item)]
            } else {
                setting.item.entries().map(|(name, item)| (Some(&**name), item)).collect()
            };
            for (name, provider) in providers.into_iter().filter(|(_, item)| item.as_map().is_some()) {
                judge(discovery, name, provider, &setting, findings);
            }
        }
    }
    for setting in cx.settings("catalog.locations.*")?.filter(|setting| !setting.is_for_development()) {
        let is_discovery = setting
            .item
            .get("type")
            .and_then(Item::literal)
            .is_some_and(|kind| kind.ends_with("-discovery") && kind != "s3-discovery");
        let target = setting.item.get("target").filter(|target| {
            is_discovery
                && target.literal().is_some_and(|url| url.contains("/*/") || url.contains("/repos/*"))
        });
        if let Some(target) = target {
            report(target, "the location", &setting, findings);
        }
    }
    Ok(())
}

fn judge(
    discovery: &Discovery,
    name: Option<&str>,
    provider: &Item,
    setting: &Setting<'_>,
    findings: &mut Findings,
) {
    // A filter may stand in another file.
    let merged = match setting.reach {
        Reach::Production(production) => production.at(&setting.path),
        Reach::Overridden(_) | Reach::NotLoaded(_) => None,
    };
    let merged = merged.and_then(|all| name.map_or(Some(all), |name| all.get(name)));
    let whole = merged.unwrap_or(provider);
    let filters: Vec<&Item> =
        discovery.filters.iter().filter_map(|path| whole.at(path)).filter(|item| !item.is_null()).collect();
    let named = discovery.provider;
    let is_wide = |filter: &&Item| filter.literal().is_some_and(matches_all);
    // What several files make together is said where the part is that makes it so.
    if filters.is_empty() {
        if discovery.owners.iter().any(|key| provider.get(key).is_some()) {
            report(provider, named, setting, findings);
        }
    } else if filters.iter().copied().all(|filter| is_wide(&filter))
        && let Some(wide) =
            filters.iter().find(|filter| filter.place.path == setting.item.place.path || name.is_none())
    {
        report(wide, named, setting, findings);
    }
}

fn report(item: &Item, by: &str, setting: &Setting<'_>, findings: &mut Findings) {
    findings
        .at(item.key_place(), format!("`{by}` discovers every repository that it can see"))
        .severity(setting.severity(Severity::Medium))
        .confidence(Confidence::Medium)
        .why("whoever may push to any of them, a forgotten one too, writes the catalog, as far as `catalog.rules` go")
        .fix(Fix::manual("filter by repository, topic or project, and bound the kinds in `catalog.rules`"))
        .evidence(setting.evidence());
}

/// Whether a filter leaves nothing out.
fn matches_all(pattern: &str) -> bool {
    matches!(
        pattern.trim().trim_start_matches('^').trim_end_matches('$'),
        "" | "*" | ".*" | ".+" | "(.*)" | "(.+)" | "[\\s\\S]*" | "**" | ".*?"
    )
}
