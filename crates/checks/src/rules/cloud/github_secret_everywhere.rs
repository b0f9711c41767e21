use crate::fix::Fix;
use crate::secret_names::is_secret;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::High, serve: Serve::Inapplicable, check };

const KINDS: &[&str] = &[
    "github_actions_organization_secret",
    "github_codespaces_organization_secret",
    "github_dependabot_organization_secret",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for secret in super::resources(cx, KINDS)? {
        let name = secret.at("secret_name").and_then(Item::as_str).unwrap_or(&secret.name);
        if !is_secret(name) {
            continue;
        }
        for item in super::decided(cx, secret, "visibility") {
            let Some(whom @ ("all" | "private")) = item.as_str() else { continue };
            let (severity, of) = if whom == "all" {
                (Severity::High, "every repository")
            } else {
                (Severity::Medium, "every private repository")
            };
            findings
                .at(item.key_place(), format!("`{name}` is given to workflows of {of} of the organisation"))
                .severity(severity)
                .why("whoever may push a workflow to any of them reads it, and has what the portal or its pipeline has")
                .fix(Fix::manual("set `visibility = \"selected\"` and name the repositories, or use an environment's secret"));
        }
    }
    Ok(())
}
