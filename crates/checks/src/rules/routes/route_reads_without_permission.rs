use std::collections::BTreeMap;

use super::asking::{Middleware, is_handed_on, is_router, words};
use super::caller::is_bound;
use crate::code::{At, CallAt};
use crate::fix::Fix;
use crate::rules::in_code::{is_for_development, perhaps_handled, source, written};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Words of paths whose answers are for everybody.
const OPEN: &[&str] = &[
    "health",
    "healthz",
    "healthcheck",
    "ready",
    "readiness",
    "live",
    "liveness",
    "ping",
    "version",
    "status",
    "config",
    "configuration",
    "schema",
    "openapi",
    "swagger",
    "docs",
    "callback",
    "login",
    "logout",
    "auth",
    "icon",
    "logo",
    "avatar",
    "favicon",
    "static",
    "assets",
    "metrics",
    "feed",
    "rss",
    "news",
    "badge",
];
/// Words in code that asks another system with what the portal may do there.
const UPSTREAM: &[&str] = &[
    "fetch(",
    "axios",
    "got(",
    "got.get",
    "superagent",
    "octokit",
    ".request(",
    "graphqlclient",
    "makeapiclient",
    "listnamespaced",
    "listclustercustomobject",
    ".send(new ",
    "client.send(",
    "bigquery",
];
/// Words in code that reads with the integrations' credentials.
const READERS: &[&str] = &[".readurl(", ".readtree("];
/// Words in code that shows a right of its own there.
const RIGHTS: &[&str] = &[
    "authorization",
    "bearer",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "auth:",
    "kubeconfig",
    "loadfromcluster",
    "credential",
    "octokit",
    ".send(new ",
    "googleauth",
    "makeapiclient",
    "password",
];
/// Words in a handler that looks at who calls, or lets another part of the portal do so.
const WHO: &[&str] = &["userentityref", ".principal", "onbehalfof", "identity", "getpluginrequesttoken"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let mut middleware = Middleware::default();
    let mut by_file: BTreeMap<&str, Vec<(CallAt<'_>, String)>> = BTreeMap::new();
    for call in code.calls("get") {
        if !is_router(&call) || is_for_development(&call.at.module.path) {
            continue;
        }
        let Some(path) = call.arg(0).and_then(At::text).filter(|path| path.starts_with('/')) else {
            continue;
        };
        if words(&path).iter().any(|word| OPEN.contains(&&**word)) || looks_at_caller(&call) {
            continue;
        }
        let is_bound = || call.args().skip(1).last().is_some_and(is_bound);
        if !reads_elsewhere(&call) || middleware.or_handler_asks(&call) || is_handed_on(&call) || is_bound() {
            continue;
        }
        by_file.entry(&call.at.module.path).or_default().push((call, path));
    }
    for routes in by_file.values() {
        let Some((first, path)) = routes.first() else { continue };
        let others = match routes.len() - 1 {
            0 => "answers".to_owned(),
            1 => "and another route answer".to_owned(),
            more => format!("and {more} other routes answer"),
        };
        let place = first.arg(0).map_or_else(|| first.place(), At::place);
        let mut found = findings
            .at(&place, format!("`GET {path}` {others} with what the portal may read elsewhere, and no permission is asked for"))
            .confidence(Confidence::Medium)
            .why("everyone who is signed in reads it with the portal's rights, not with their own")
            .fix(Fix::manual("ask `permissions.authorize([{ permission }], { credentials: await httpAuth.credentials(req) })` first, or call with the user's own token"));
        for (other, path) in routes.iter().skip(1).take(8) {
            found = found.because(Some(&other.place()), format!("`GET {path}` is another one"));
        }
    }
    Ok(())
}

/// Whether a handler does something with who calls: more than to see that somebody is signed in.
fn looks_at_caller(call: &CallAt<'_>) -> bool {
    call.args().skip(1).flat_map(written).any(|function| {
        let text = source(function).to_ascii_lowercase();
        WHO.iter().any(|word| text.contains(word)) || uses_credentials(&text)
    })
}

/// Whether the credentials of a request are kept, or given to something, not only asked for.
fn uses_credentials(text: &str) -> bool {
    text.match_indices(".credentials(").any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let before = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        let before = before.trim_end().trim_end_matches("await").trim_end();
        let inside = before.trim_end_matches('(').trim_end();
        before.ends_with('(') || inside.ends_with(['=', ':', ','])
    })
}

/// Whether a handler asks another system, with a right that the portal has there.
fn reads_elsewhere(call: &CallAt<'_>) -> bool {
    let functions: Vec<_> = call.args().skip(1).flat_map(perhaps_handled).collect();
    let has = |words: &[&str]| {
        functions.iter().any(|function| {
            let text = source(*function).to_ascii_lowercase();
            words.iter().any(|word| text.contains(word))
        })
    };
    has(READERS) || has(UPSTREAM) && has(RIGHTS)
}
