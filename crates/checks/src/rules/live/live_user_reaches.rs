use super::told;
use crate::fix::Fix;
use crate::live::{Credential, Purpose};
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What one who is merely signed in has no need of, and why it matters.
const SENSITIVE: &[(&str, &str, Severity, &str)] = &[
    (
        "/api/devtools/config",
        "the configuration of the backend",
        Severity::High,
        "keys without a schema are shown in clear",
    ),
    ("/api/devtools/info", "versions of all packages", Severity::Low, "it tells which advisories to try"),
    (
        "/api/devtools/external-dependencies",
        "addresses the backend depends on",
        Severity::Low,
        "it is a map of the network",
    ),
    (
        "/api/kubernetes/clusters",
        "the clusters",
        Severity::Medium,
        "their proxy is reached by the same right",
    ),
    (
        "/api/catalog/unprocessed/entities/failed",
        "entities that failed",
        Severity::Medium,
        "they are shown whoever may read them (CVE-2026-44374)",
    ),
    (
        "/api/scaffolder/v2/tasks",
        "tasks of the scaffolder",
        Severity::Medium,
        "inputs and logs of other people's tasks are among them",
    ),
    ("/api/permission/roles", "the roles", Severity::Low, "they tell whom to go for"),
    ("/api/permission/policies", "the policies", Severity::Low, "they tell what is not guarded"),
    (
        "/api/catalog/.backstage/scheduler/v1/tasks",
        "scheduled tasks",
        Severity::Low,
        "whoever lists them can trigger them: there is no permission for it",
    ),
    (
        "/api/search/.backstage/scheduler/v1/tasks",
        "scheduled tasks",
        Severity::Low,
        "whoever lists them can trigger them: there is no permission for it",
    ),
    (
        "/api/mcp-actions/v1",
        "the actions for agents",
        Severity::Medium,
        "an agent acts with all the rights of its user",
    ),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let mut asked = false;
    for (request, answer) in live.answered(Purpose::Route) {
        if request.credential != Credential::Token {
            continue;
        }
        asked = true;
        let Some((path, what, severity, why)) = SENSITIVE.iter().find(|(path, ..)| request.target == *path)
        else {
            continue;
        };
        let is_empty = answer.json().is_some_and(|body| {
            body.as_array().is_some_and(Vec::is_empty)
                || body.get("totalTasks").is_some_and(|count| count == 0)
        });
        if !answer.is_data() || is_empty {
            continue;
        }
        findings
            .at(&request.place(), format!("the token's user reaches {what} at `{path}`"))
            .severity(*severity)
            .why(*why)
            .fix(Fix::manual("deny it in the permission policy to all but those who operate the portal, or remove the plugin"))
            .evidence(told(live, request, answer));
    }
    if asked { Ok(()) } else { Err(Skip::because("no token was given to ask with")) }
}
