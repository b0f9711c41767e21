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
            findings
                .at(&call.place(), "a token is read without a look at its signature")
                .confidence(Confidence::Medium)
                .why("it is as true as whoever sent it; fine only where it came straight from the provider over TLS")
                .fix(Fix::manual("verify it with the issuer's keys (`jose.jwtVerify`), issuer and audience included"));
        }
    }
    Ok(())
}

fn is_backend(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with("backend") || part.contains("-backend"))
}
