use super::host;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// Domains under which everybody gets a name, for as long as they like: tunnels, workspaces, previews.
const DOMAINS: &[&str] = &[
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "ngrok.dev",
    "ngrok-free.dev",
    "loca.lt",
    "localtunnel.me",
    "trycloudflare.com",
    "serveo.net",
    "lhr.life",
    "tunnelto.dev",
    "devtunnels.ms",
    "app.github.dev",
    "githubpreview.dev",
    "gitpod.io",
    "vercel.app",
    "netlify.app",
    "pages.dev",
    "onrender.com",
    "webcontainer.io",
    "csb.app",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.cors.origin")?.filter(|setting| !setting.is_for_development()) {
        let is_list = !setting.item.items().is_empty();
        for origin in setting.item.one_or_many() {
            let Some(host) = origin.as_str().and_then(host) else { continue };
            let Some(domain) = DOMAINS.iter().find(|domain| host.ends_with(&format!(".{domain}"))) else {
                continue;
            };
            let fix = if is_list {
                Fix::suggested("remove it", vec![Edit::remove(origin)])
            } else {
                Fix::manual("name the portal's own origin")
            };
            findings
                .at(&origin.place, format!("`{host}` may call the portal: anybody gets a name under `{domain}`"))
                .severity(setting.severity(Severity::Medium))
                .why("when its owner lets the name go, whoever takes it reads answers with the visitor's session, where credentials are allowed")
                .fix(fix)
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
