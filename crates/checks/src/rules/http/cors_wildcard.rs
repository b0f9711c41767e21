use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for cors in cx.settings("backend.cors")? {
        let with_credentials = cors.item.get("credentials").is_some_and(crate::Item::is_true);
        let Some(origins) = cors.item.get("origin") else { continue };
        for origin in origins.one_or_many() {
            let any = origin.is_true() || origin.literal().is_some_and(is_any);
            let wide = origin.literal().and_then(wide_pattern);
            let (severity, message) = match (any, wide) {
                (true, _) if with_credentials => {
                    (Severity::High, "any origin may call the backend with credentials".to_owned())
                }
                (true, _) => (Severity::Medium, "any origin may read what the backend answers".to_owned()),
                (false, Some(what)) => (
                    Severity::Medium,
                    format!(
                        "origins by the pattern `{}` may call the backend: {what}",
                        origin.literal().unwrap_or_default()
                    ),
                ),
                (false, None) => continue,
            };
            findings
                .at(&origin.place, message)
                .severity(cors.severity(severity))
                .why("a page of another site, open in the browser of somebody who is inside, calls the portal from there")
                .fix(Fix::manual("name the portal's own origin"))
                .evidence(cors.evidence());
        }
    }
    Ok(())
}

fn is_any(origin: &str) -> bool {
    matches!(
        origin.trim(),
        "*" | "http://*" | "https://*" | "*://*" | "true" | "**" | "https://*:*" | "http://*:*"
    )
}

/// What is wide about a pattern with a `*`: registrable domains of others, or half a label.
fn wide_pattern(origin: &str) -> Option<&'static str> {
    let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next()?;
    let after = host.rsplit_once('*').map(|(_, after)| after)?;
    if !after.starts_with('.') {
        return Some("what stands after the `*` is no whole name, so that `evil-` names match");
    }
    let labels = after.trim_start_matches('.').split('.').count();
    let shared = [
        "vercel.app",
        "netlify.app",
        "github.io",
        "herokuapp.com",
        "uffizzi.com",
        "pages.dev",
        "web.app",
        "azurewebsites.net",
        "cloudfront.net",
        "ngrok.io",
        "ngrok-free.app",
        "onrender.com",
        "fly.dev",
    ];
    if labels < 2 {
        return Some("it covers a whole top-level domain");
    }
    shared
        .iter()
        .any(|domain| after.trim_start_matches('.').ends_with(domain))
        .then_some("anybody can get a name under it")
}
