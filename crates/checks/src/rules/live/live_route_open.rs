use std::collections::BTreeMap;

use super::{answers, step};
use crate::fix::Fix;
use crate::live::{Answer, Credential, Live, Purpose, Request};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Critical, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    // By plugin: one mistake opens all of its routes.
    let mut open: BTreeMap<&str, Vec<(&Request, &Answer)>> = BTreeMap::new();
    for (request, answer) in answers(live, Purpose::Route)? {
        let is_stranger = request.credential == Credential::None;
        if is_stranger && (live.is_data(answer) || looked(live, answer)) {
            open.entry(plugin(request)).or_default().push((request, answer));
        }
    }
    for (plugin, mut routes) in open {
        routes.sort_by_key(|(_, answer)| !live.is_data(answer));
        let (request, answer) = routes[0];
        let gives = live.is_data(answer);
        let is_metrics = plugin == "metrics";
        let more = match routes.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more of its routes"),
        };
        let what = if is_metrics {
            "metrics are served to strangers".to_owned()
        } else if gives {
            format!("`{}` answers strangers with data{more}", request.path())
        } else {
            format!("`{}` looks for what a stranger asks, and does not ask who calls{more}", request.path())
        };
        let severity = match (is_metrics, gives) {
            (true, _) => Severity::Medium,
            (_, true) => Severity::Critical,
            (_, false) => Severity::High,
        };
        let asked = routes.iter().map(|(request, answer)| {
            step(format!("answered {}: {}", answer.status, request.curl(&live.base)))
        });
        findings
            .at(&request.place(), what)
            .severity(severity)
            .confidence(if gives { Confidence::High } else { Confidence::Medium })
            .why("whoever reaches the portal reads it without signing in; the default policy of releases since 1.24 refuses that")
            .fix(Fix::manual(if is_metrics {
                "serve metrics on a listener of their own"
            } else {
                "remove `dangerouslyDisableDefaultAuthPolicy` and the plugin's open auth policy; leave the old backend system"
            }))
            .evidence(asked);
    }
    Ok(())
}

/// The plugin that serves a route: `/api/catalog/entities` is of `catalog`.
fn plugin(request: &Request) -> &str {
    let path = request.path().trim_start_matches('/');
    path.strip_prefix("api/").unwrap_or(path).split('/').next().unwrap_or_default()
}

/// Whether the route's own code spoke: the guard before it knows no such error.
fn looked(live: &Live, answer: &Answer) -> bool {
    live.says_more(answer)
        && answer
            .error()
            .is_some_and(|name| matches!(&*name, "NotFoundError" | "InputError" | "ConflictError"))
}
