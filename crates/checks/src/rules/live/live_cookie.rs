use super::told;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Cookies that are told of: a server may set thousands.
const MOST: usize = 10;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let is_tls = live.base.starts_with("https:");
    let mut told_of: Vec<String> = Vec::new();
    let mut looked = false;
    for exchange in &live.exchanges {
        let Ok(answer) = &exchange.answer else { continue };
        looked = true;
        for cookie in answer.all("set-cookie") {
            let name: String =
                cookie.split(['=', ';']).next().unwrap_or_default().trim().chars().take(64).collect();
            let missing = missing(cookie, is_tls);
            if missing.is_empty() || told_of.len() >= MOST || told_of.contains(&name) {
                continue;
            }
            findings
                .at(&exchange.request.place(), format!("the cookie `{name}` lacks {}", missing.join(", ")))
                .why("a script, a plain connection or another site's page may use it")
                .fix(Fix::manual(if missing == ["Secure"] {
                    "give `backend.baseUrl` its `https://` address: the portal takes from it whether cookies are secure"
                } else {
                    "set the attributes where the cookie is made; a proxy's own session cookie counts as well"
                }))
                .evidence(told(live, &exchange.request, answer));
            told_of.push(name);
        }
    }
    if looked { Ok(()) } else { Err(Skip::because("nothing was answered")) }
}

/// Attributes that a cookie should have. One that is being taken back needs none.
fn missing(cookie: &str, is_tls: bool) -> Vec<&'static str> {
    let mut attributes = cookie.split(';').skip(1).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase())
    });
    let attributes: Vec<(String, String)> = attributes.by_ref().collect();
    let value =
        |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let is_taken_back = value("max-age").is_some_and(|age| age == "0" || age.starts_with('-'))
        || value("expires").is_some_and(|day| day.contains("1970"));
    if is_taken_back {
        return Vec::new();
    }
    [
        (value("httponly").is_none(), "HttpOnly"),
        (value("secure").is_none() && is_tls, "Secure"),
        (value("samesite").is_none(), "SameSite"),
    ]
    .into_iter()
    .filter_map(|(is_missing, name)| is_missing.then_some(name))
    .collect()
}
