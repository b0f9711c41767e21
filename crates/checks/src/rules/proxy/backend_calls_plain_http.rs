use crate::fix::Fix;
use crate::rules::http::{host, is_loopback};
use crate::rules::in_code::{is_for_development, is_of_backend};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Words of code that sends requests.
const CLIENTS: &[&str] = &["fetch(", "axios", "got(", "got.", "request(", "superagent", "ky."];
/// Ends of hosts that are names, or are there to be shown.
const NAMES: &[&str] = &[
    "w3.org",
    "xmlsoap.org",
    "schemas.microsoft.com",
    "json-schema.org",
    "example.com",
    "example.org",
    "example.net",
    ".example",
    ".test",
    ".invalid",
    "purl.org",
    "apache.org",
    "host.docker.internal",
    "169.254.169.254",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.code()?.modules() {
        let path = &*module.path;
        let text = module.text();
        let calls = CLIENTS.iter().any(|client| text.contains(client));
        if !calls || !is_of_backend(path) || is_for_development(path) || is_test(path) {
            continue;
        }
        let Some(file) = cx.repository().files.get(path) else { continue };
        for (at, url) in literals(text) {
            let Some(host) = host(url).filter(|host| is_upstream(host)) else { continue };
            findings
                .at(&file.place(at, at + url.len()), format!("the backend calls `{host}` over plain http"))
                .confidence(Confidence::Medium)
                .why("what is sent and what comes back can be read and changed on the way, and nobody checks who answers")
                .fix(Fix::manual("use https, and take the address from the configuration"));
        }
    }
    Ok(())
}

fn is_test(path: &str) -> bool {
    path.contains(".test.") || path.contains("__") || path.contains("/e2e") || path.contains("/mocks/")
}

/// Strings that are URLs without TLS, outside comments.
fn literals(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("http://").take(1000) {
        let quote = text[..at].chars().next_back().filter(|c| matches!(c, '\'' | '"' | '`'));
        let Some(quote) = quote else { continue };
        let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        if line.starts_with('*') || line.contains("//") || line.starts_with("/*") {
            continue;
        }
        let rest = &text[at..text.floor_char_boundary((at + 300).min(text.len()))];
        if let Some(end) = rest.find([quote, '\n']) {
            found.push((at, &rest[..end]));
        }
    }
    found
}

/// Whether a host is one that is called: no name, and not the machine itself.
fn is_upstream(host: &str) -> bool {
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    plain && host.len() > 2 && !is_loopback(host) && !NAMES.iter().any(|name| host.ends_with(name))
}
