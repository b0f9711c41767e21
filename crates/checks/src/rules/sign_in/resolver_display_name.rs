use crate::code::ast::{Expr, ExprKind, Property};
use crate::code::{At, FunctionAt, Walk as _};
use crate::fix::Fix;
use crate::rules::in_code::around;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Critical, serve: Serve::Inapplicable, check };

/// The keys under which it is said who somebody is.
const IDENTITY: &[&str] = &["name", "entityRef", "sub", "id", "userEntityRef"];
/// How many expressions of one resolver are looked at.
const MAX_STEPS: u32 = 2_000;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let issuing = code.calls("issueToken").into_iter().chain(code.calls("signInWithCatalogUser"));
    let mut seen = Vec::new();
    for call in issuing.chain(code.calls("findCatalogUser")) {
        let Some(resolver) =
            around(&call).into_iter().rev().find(|function| !function.function.params.is_empty())
        else {
            continue;
        };
        for shown in identities(resolver) {
            let place = shown.place();
            if seen.contains(&place) {
                continue;
            }
            findings
                .at(&place, "who somebody is comes from the name they show")
                .why("people may often change their display name at the identity provider: whoever writes another's name is that person")
                .fix(Fix::manual("resolve by a verified e-mail, or by an id that nobody chooses"));
            seen.push(place);
        }
    }
    Ok(())
}

/// The names people show that a resolver makes an identity of.
fn identities(resolver: FunctionAt<'_>) -> Vec<At<'_>> {
    let mut found = Vec::new();
    let mut steps = MAX_STEPS;
    resolver.function.walk(&mut |expr: &Expr| {
        let ExprKind::Object(properties) = &expr.kind else { return };
        for Property { key, value, .. } in properties {
            let Some(key) = key.as_deref().filter(|key| IDENTITY.contains(key)) else { continue };
            let value = At { code: resolver.code, module: resolver.module, expr: value };
            // Who somebody is as an object has keys of its own.
            if key == "entityRef" && matches!(value.expr.kind, ExprKind::Object(_)) {
                continue;
            }
            found.extend(shown_name(value, &mut steps));
        }
    });
    found
}

/// The name somebody shows, if a value is made of it.
fn shown_name<'a>(at: At<'a>, steps: &mut u32) -> Option<At<'a>> {
    *steps = steps.checked_sub(1)?;
    let mut inner = |expr| shown_name(at.with(expr), steps);
    match &at.expr.kind {
        ExprKind::Member { object, name, .. } if is_shown(object, name) => Some(at),
        // `displayName.toLowerCase()`, `name.split(' ')[0]`
        ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => inner(object),
        ExprKind::Call(call) => {
            let first = call.args.first().filter(|_| is_maker(&call.callee));
            inner(&call.callee).or_else(|| first.and_then(inner))
        }
        ExprKind::Template { body, .. } => body.parts.iter().find_map(inner),
        ExprKind::Binary { op: "??" | "||" | "+", sides } => sides.iter().find_map(inner),
        ExprKind::Conditional { then, otherwise, .. } => inner(then).or_else(|| inner(otherwise)),
        ExprKind::Ident(name) if &**name == "displayName" => Some(at),
        ExprKind::Ident(_) => {
            let value = at.value();
            let is_other = value.expr.span != at.expr.span;
            is_other.then(|| shown_name(value, steps)).flatten()
        }
        _ => None,
    }
}

/// Whether a member is a name that people show: `profile.displayName`, `userinfo.name`.
fn is_shown(object: &Expr, name: &str) -> bool {
    let of_claims = matches!(
        &object.kind,
        ExprKind::Member { name, .. } | ExprKind::Ident(name)
            if matches!(&**name, "userinfo" | "userInfo" | "claims" | "idToken" | "id_token")
    );
    name == "displayName" || (of_claims && name == "name")
}

/// Functions that make a name of a text, and leave whose it is.
fn is_maker(callee: &Expr) -> bool {
    let (ExprKind::Ident(name) | ExprKind::Member { name, .. }) = &callee.kind else { return false };
    let lower = name.to_ascii_lowercase();
    ["slug", "normalize", "sanitize", "string", "kebab", "lower", "name"]
        .iter()
        .any(|word| lower.contains(word))
}
