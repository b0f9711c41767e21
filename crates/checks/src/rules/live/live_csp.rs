use super::told;
use crate::fix::Fix;
use crate::live::Purpose;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let live = cx.live()?;
    for (request, answer) in live.answered(Purpose::Index) {
        let mut tell = |severity, message: String, why: &str, fix: &str| {
            findings
                .at(&request.place(), message)
                .severity(severity)
                .why(why)
                .fix(Fix::manual(fix))
                .evidence(told(live, request, answer));
        };
        let Some(policy) = answer.header("content-security-policy") else {
            let why = "a script that gets into a page runs unhindered, and sends what it reads anywhere";
            tell(
                Severity::Medium,
                "there is no Content-Security-Policy".to_owned(),
                why,
                "remove `backend.csp: false`; let proxies pass the header on",
            );
            continue;
        };
        let sources = |name: &str| directive(policy, name);
        let scripts = sources("script-src").or_else(|| sources("default-src")).unwrap_or_default();
        if scripts
            .iter()
            .any(|source| matches!(*source, "'unsafe-inline'" | "*" | "http:" | "https:" | "data:"))
        {
            let why = "an injected script runs; the policy does not stop what it is there to stop";
            tell(
                Severity::High,
                format!("scripts of any origin or inline may run: `script-src {}`", scripts.join(" ")),
                why,
                "allow `'self'` and what the app needs by name",
            );
        }
        if sources("connect-src")
            .is_some_and(|sources| sources.iter().any(|source| matches!(*source, "*" | "http:" | "https:")))
        {
            let why = "a script that gets in may send what it reads to any host; the template's own setting is this wide";
            tell(
                Severity::Low,
                "pages may connect to any host".to_owned(),
                why,
                "name the hosts in `backend.csp.connect-src`",
            );
        }
        if sources("frame-ancestors").is_none() && answer.header("x-frame-options").is_none() {
            let why = "another site can show the portal in a frame and have its visitors click in it";
            tell(
                Severity::Medium,
                "pages may be framed by any site".to_owned(),
                why,
                "keep `frame-ancestors 'self'`",
            );
        }
    }
    Ok(())
}

/// The sources of a directive.
fn directive<'p>(policy: &'p str, name: &str) -> Option<Vec<&'p str>> {
    policy.split(';').find_map(|part| {
        let mut words = part.split_whitespace();
        words.next().filter(|word| word.eq_ignore_ascii_case(name)).map(|_| words.collect())
    })
}
