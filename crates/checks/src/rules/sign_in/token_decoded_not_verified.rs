use std::collections::BTreeMap;

use crate::code::flow::{body_of, called};
use crate::code::{At, CallAt, Code, FunctionAt, package_of};
use crate::fix::Fix;
use crate::rules::in_code::{around, is_for_development, is_same, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Functions that read a token's claims and do not look at its signature.
const DECODERS: &[(&str, &[&str])] = &[
    ("jwt-decode", &["default", "jwtDecode", "*"]),
    ("jose", &["decodeJwt"]),
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
            // Its header says how it is signed, and nothing of a person.
            let is_header = call.arg(1).is_some_and(|options| options.get("header").is_some());
            if is_header || tells_its_time(module.text(), call.at.span().end as usize) {
                continue;
            }
            tell(&call, findings);
        }
    }
    by_hand(code, findings);
    Ok(())
}

fn tell(call: &CallAt<'_>, findings: &mut Findings) {
    findings
        .at(&call.place(), "a token is read without a look at its signature")
        .confidence(Confidence::Medium)
        .why("it is as true as whoever sent it; fine only where it came straight from the provider over TLS")
        .fix(Fix::manual(
            "verify it with the issuer's keys (`jose.jwtVerify`), issuer and audience included",
        ));
}

/// `JSON.parse(Buffer.from(token.split('.')[1], 'base64'))`, in place or in a function for it: where that is called.
fn by_hand(code: &Code, findings: &mut Findings) {
    // One file reads its tokens in several places: one thing to mend, at the first.
    let mut first: BTreeMap<_, CallAt<'_>> = BTreeMap::new();
    let cuts = code.calls("split").into_iter().filter(|call| {
        let path = &call.at.module.path;
        is_backend(path)
            && !is_for_development(path)
            && call.arg(0).and_then(At::text).as_deref() == Some(".")
    });
    for cut in cuts {
        let Some(own) = around(&cut).pop().filter(|function| reads_claims(source(*function))) else {
            continue;
        };
        let name = name_of(own);
        if name.is_some_and(|name| name.to_ascii_lowercase().contains("exp")) {
            continue;
        }
        let callers: Vec<CallAt<'_>> = name.map(|name| callers(code, name, own)).unwrap_or_default();
        let whole = if callers.is_empty() { vec![cut] } else { callers };
        for call in whole {
            if tells_its_time(call.at.module.text(), call.at.span().end as usize) {
                continue;
            }
            let known = first.entry(&call.at.module.path).or_insert(call);
            if call.at.span().start < known.at.span().start {
                *known = call;
            }
        }
    }
    for call in first.values() {
        tell(call, findings);
    }
}

/// Whether a function makes claims of a part of a token, and checks nothing.
fn reads_claims(text: &str) -> bool {
    text.len() < 4096
        && text.contains("JSON.parse(")
        && (text.contains("base64") || text.contains("atob("))
        && !["erify", "createHmac", "importJWK"].iter().any(|way| text.contains(way))
}

/// The name of a function, or of the constant that it is.
fn name_of(function: FunctionAt<'_>) -> Option<&str> {
    if let Some(name) = &function.function.name {
        return Some(name);
    }
    let before = function.module.text().get(..function.function.span.start as usize)?.trim_end();
    let before = before.strip_suffix('=')?.trim_end();
    before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
}

/// Where a backend calls a function.
fn callers<'a>(code: &'a Code, name: &str, function: FunctionAt<'_>) -> Vec<CallAt<'a>> {
    let calls = code.calls(name).into_iter().filter(|call| is_backend(&call.at.module.path));
    calls.filter(|call| body_of(&called(*call)).is_some_and(|body| is_same(body, function))).collect()
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
