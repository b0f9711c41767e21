use super::{index, told};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Sources that are any host.
const ANY: &[&str] = &["*", "http:", "https:", "http://*", "https://*"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    let (request, answer) = index(live)?;
    let mut tell = |severity, message: String, why: &str, fix: &str| {
        findings
            .at(&request.place(), message)
            .severity(severity)
            .why(why)
            .fix(Fix::manual(fix))
            .evidence(told(live, request, answer));
    };
    // A browser obeys every policy, so one that is narrow is enough.
    let policies: Vec<&str> = answer
        .all("content-security-policy")
        .flat_map(|header| header.split(','))
        .filter(|policy| !policy.trim().is_empty())
        .collect();
    let all = |is_weak: &dyn Fn(&str) -> bool| policies.iter().all(|policy| is_weak(policy));
    if policies.is_empty() {
        let why = "a script that gets into a page runs unhindered, and sends what it reads anywhere";
        let fix = "remove `backend.csp: false`; let proxies pass the header on";
        tell(Severity::Medium, "there is no Content-Security-Policy".to_owned(), why, fix);
    } else if all(&|policy| scripts(policy).is_none()) {
        let why = "the policy does not stop an injected script, which is what it is there for";
        let fix = "keep the reference's `script-src 'self' 'unsafe-eval'`";
        tell(Severity::High, "the policy says nothing about scripts".to_owned(), why, fix);
    } else if all(&|policy| scripts(policy).is_none_or(|sources| runs_anything(&sources))) {
        let why = "an injected script runs; the policy does not stop what it is there to stop";
        let shown = policies.iter().find_map(|policy| scripts(policy)).unwrap_or_default().join(" ");
        let message = format!("scripts of any origin or inline may run: `script-src {shown}`");
        tell(Severity::High, message, why, "allow `'self'` and what the app needs by name");
    }
    if !policies.is_empty() && all(&|policy| connects_anywhere(policy)) {
        let why = "a script that gets in may send what it reads to any host; the template's own setting is this wide";
        let fix = "name the hosts in `backend.csp.connect-src`";
        tell(Severity::Low, "pages may connect to any host".to_owned(), why, fix);
    }
    let framers: Vec<Vec<&str>> =
        policies.iter().filter_map(|policy| directive(policy, "frame-ancestors")).collect();
    let is_framed = if framers.is_empty() {
        answer.header("x-frame-options").is_none()
    } else {
        // Where there is such a directive, browsers do not look at the older header.
        framers.iter().all(|sources| sources.iter().any(|source| ANY.contains(source)))
    };
    if is_framed {
        let why = "another site can show the portal in a frame and have its visitors click in it";
        tell(
            Severity::Medium,
            "pages may be framed by any site".to_owned(),
            why,
            "keep `frame-ancestors 'self'`",
        );
    }
    Ok(())
}

fn scripts(policy: &str) -> Option<Vec<&str>> {
    directive(policy, "script-src").or_else(|| directive(policy, "default-src"))
}

fn runs_anything(sources: &[&str]) -> bool {
    let has = |start: &str| sources.iter().any(|source| source.to_ascii_lowercase().starts_with(start));
    // Browsers that know these do not look at what is wider beside them.
    let is_bound = has("'nonce-") || has("'sha256-") || has("'sha384-") || has("'sha512-");
    let is_strict = is_bound && has("'strict-dynamic'");
    let is_wide = |source: &&str| ANY.contains(source) || *source == "data:";
    let reaches_out = sources.iter().any(is_wide);
    (has("'unsafe-inline'") && !is_bound) || (reaches_out && !is_strict)
}

fn connects_anywhere(policy: &str) -> bool {
    directive(policy, "connect-src")
        .or_else(|| directive(policy, "default-src"))
        .is_none_or(|sources| sources.iter().any(|source| ANY.contains(source)))
}

/// The sources of a directive.
fn directive<'p>(policy: &'p str, name: &str) -> Option<Vec<&'p str>> {
    policy.split(';').find_map(|part| {
        let mut words = part.split_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case(name)).map(|_| words.collect())
    })
}
