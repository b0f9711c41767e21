use crate::code::package_of;
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Functions that read a token's claims and do not look at its signature.
const DECODERS: &[(&str, &[&str])] = &[
    ("jwt-decode", &["default", "jwtDecode", "*"]),
    ("jose", &["decodeJwt", "decodeProtectedHeader"]),
    ("jsonwebtoken", &["decode", "default.decode", "*.decode"]),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    for module in code.modules().filter(|module| is_backend(&module.path)) {
        for call in code.calls_in(module) {
            let callee = call.callee();
            let Some((package, name)) = callee.external() else { continue };
            let decodes =
                DECODERS.iter().any(|(of, names)| package_of(package) == *of && names.contains(&name));
            if !decodes || module.text().contains("jwtVerify") {
                continue;
            }
            if tells_its_time(module.text(), call.at.span().end as usize) {
                continue;
            }
            findings
                .at(&call.place(), "a token is read without a look at its signature")
                .confidence(Confidence::Medium)
                .why("it is as true as whoever sent it; fine only where it came straight from the provider over TLS")
                .fix(Fix::manual("verify it with the issuer's keys (`jose.jwtVerify`), issuer and audience included"));
        }
    }
    Ok(())
}

/// Whether nothing is read of it but how long it lasts: whoever lies about that has it refused where it is used.
fn tells_its_time(text: &str, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default().trim_start_matches(['?', '!', ')']);
    let name = after.strip_prefix('.').unwrap_or_default();
    ["exp", "iat", "nbf"].iter().any(|claim| {
        name.strip_prefix(claim)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

fn is_backend(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with("backend") || part.contains("-backend"))
}
