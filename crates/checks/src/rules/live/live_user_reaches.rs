use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{answers, step};
use crate::fix::Fix;
use crate::live::{Answer, Credential, Purpose, Request};
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What one who is merely signed in has no need of.
struct Sensitive {
    /// How its routes end.
    path: &'static str,
    what: &'static str,
    severity: Severity,
    why: &'static str,
    fix: &'static str,
}

const SENSITIVE: &[Sensitive] = &[
    Sensitive {
        path: "/devtools/config",
        what: "the configuration of the backend",
        severity: Severity::High,
        why: "keys without a schema are shown in clear",
        fix: "deny `devtools.config` in the permission policy to all but those who operate the portal, or remove the plugin",
    },
    Sensitive {
        path: "/devtools/info",
        what: "versions of all packages",
        severity: Severity::Low,
        why: "it tells which advisories to try",
        fix: "deny `devtools.info` in the permission policy to all but those who operate the portal, or remove the plugin",
    },
    Sensitive {
        path: "/devtools/external-dependencies",
        what: "addresses the backend depends on",
        severity: Severity::Low,
        why: "it is a map of the network",
        fix: "deny `devtools.external-dependencies` in the permission policy to all but those who operate the portal",
    },
    Sensitive {
        path: "/kubernetes/clusters",
        what: "the clusters",
        severity: Severity::Medium,
        why: "who is told of clusters can ask their proxy, unless `kubernetes.proxy` is denied by itself",
        fix: "deny `kubernetes.clusters.read` and `kubernetes.proxy` in the permission policy to those without work there",
    },
    Sensitive {
        path: "/catalog/entities/unprocessed/failed",
        what: "entities that failed",
        severity: Severity::Medium,
        why: "they are shown whole, those included that the policy hides (CVE-2026-44374, mended in 1.51)",
        fix: "upgrade, and deny `catalog.entities.unprocessed.read` in the permission policy to all but those who operate the portal",
    },
    Sensitive {
        path: "/scaffolder/v2/tasks",
        what: "tasks that other people started",
        severity: Severity::Medium,
        why: "their inputs and logs are shown, and may be repeated",
        fix: "allow `scaffolder.task.read` to the one who started a task (`isTaskOwner`)",
    },
    Sensitive {
        path: "/permission/roles",
        what: "the roles",
        severity: Severity::Low,
        why: "they tell whom to go for",
        fix: "deny `policy.entity.read` in the permission policy to all but those who operate the portal",
    },
    Sensitive {
        path: "/permission/policies",
        what: "the policies",
        severity: Severity::Low,
        why: "they tell what is not guarded",
        fix: "deny `policy.entity.read` in the permission policy to all but those who operate the portal",
    },
    Sensitive {
        path: "/.backstage/scheduler/v1/tasks",
        what: "scheduled tasks",
        severity: Severity::Low,
        why: "whoever lists them can start and stop them: no permission guards that, so no policy sees it",
        fix: "refuse paths with `/.backstage/scheduler/` in front of the portal",
    },
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let asked: Vec<(&Request, &Answer)> = answers(live, Purpose::Route)?
        .into_iter()
        .filter(|(request, _)| request.credential == Credential::Token)
        .collect();
    if asked.is_empty() {
        return Err(Skip::because("no token was given to ask with"));
    }
    let mut reached: BTreeMap<usize, Vec<(&Request, &Answer)>> = BTreeMap::new();
    for (request, answer) in asked {
        let row = SENSITIVE.iter().position(|row| request.path().ends_with(row.path));
        if let Some(row) = row.filter(|_| live.is_data(answer) && !is_empty(request, answer)) {
            reached.entry(row).or_default().push((request, answer));
        }
    }
    for (row, routes) in reached {
        let Sensitive { what, severity, why, fix, .. } = &SENSITIVE[row];
        let paths: Vec<String> = routes.iter().map(|(request, _)| format!("`{}`", request.path())).collect();
        let shown = routes.iter().map(|(request, answer)| {
            step(format!("answered {}: {}", answer.status, request.curl(&live.base)))
        });
        findings
            .at(&routes[0].0.place(), format!("the token's user reaches {what} at {}", paths.join(" and ")))
            .severity(*severity)
            .why(*why)
            .fix(Fix::manual(*fix))
            .evidence(shown);
    }
    Ok(())
}

/// Whether an answer lists nothing, or nothing of anybody else.
fn is_empty(request: &Request, answer: &Answer) -> bool {
    let Some(body) = answer.json() else { return false };
    if request.path().ends_with("/scaffolder/v2/tasks") {
        let tasks = body.get("tasks").and_then(Json::as_array);
        let people: BTreeSet<&str> =
            tasks.into_iter().flatten().filter_map(|task| task.get("createdBy")?.as_str()).collect();
        // Those of one person may be the user's own.
        return people.len() < 2;
    }
    match &body {
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => {
            let mut lists = map.values().filter_map(Json::as_array).peekable();
            lists.peek().is_some() && lists.all(Vec::is_empty)
        }
        _ => false,
    }
}
