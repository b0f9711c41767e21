use std::collections::BTreeMap;

use crate::code::ast::{Expr, ExprKind, PatternKind, StmtKind};
use crate::code::{At, CallAt, FunctionAt};
use crate::fix::Fix;
use crate::rules::in_code::{around, source};
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Inapplicable, check };

/// Calls that sign somebody in.
const SIGNS_IN: &[&str] = &["issueToken(", "signInWithCatalogUser(", "findCatalogUser("];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let code = cx.code()?;
    let mut found: BTreeMap<(&str, u32), CallAt<'_>> = BTreeMap::new();
    for call in ["split", "substring", "slice", "replace"].into_iter().flat_map(|name| code.calls(name)) {
        if !is_local_part(call) {
            continue;
        }
        let signs_in = |function: &FunctionAt<'_>| SIGNS_IN.iter().any(|way| source(*function).contains(way));
        // The innermost function that signs in: the resolver itself.
        let Some(resolver) = around(&call).into_iter().rfind(signs_in) else { continue };
        let key = (&*resolver.module.path, resolver.function.span.start);
        if looks_at_domain(resolver) {
            continue;
        }
        // The last is where the name is used; before, it may only be asked whether there is one.
        let last = found.entry(key).or_insert(call);
        if call.at.span().start > last.at.span().start {
            *last = call;
        }
    }
    for call in found.into_values() {
        findings
            .at(&call.place(), "a sign-in resolver takes a person's name from before the `@`, whatever stands behind it")
            .confidence(Confidence::Medium)
            .why("anna@elsewhere.example signs in as `anna` of the catalog, if the identity provider lets that address in")
            .fix(Fix::manual("match the whole address with `emailMatchingUserEntityProfileEmail`, or refuse domains that are not yours before"));
    }
    Ok(())
}

/// Whether what stands before an `@` is taken: `split('@')[0]`, `substring(0, email.indexOf('@'))`, `replace(/@.*/, '')`.
fn is_local_part(call: CallAt<'_>) -> bool {
    let first = call.arg(0);
    match call.name() {
        Some("split") => first.and_then(At::text).as_deref() == Some("@") && takes_first_alone(call),
        Some("substring" | "slice") => call.arg(1).is_some_and(|end| {
            let text = end.source();
            text.contains("indexOf('@')") || text.contains("indexOf(\"@\")")
        }),
        Some("replace") => first.is_some_and(|pattern| match &pattern.expr.kind {
            ExprKind::Regex(text) => text.starts_with("/@"),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether only the first of the parts is used: `[0]`, `const [name] = ..`, `.shift()`.
fn takes_first_alone(call: CallAt<'_>) -> bool {
    let module = call.at.module;
    let behind = module.text().get(call.at.span().end as usize..).unwrap_or_default().trim_start();
    if behind.starts_with("[0]")
        || behind.starts_with("?.[0]")
        || behind.starts_with(".shift()")
        || behind.starts_with(".at(0)")
    {
        return true;
    }
    // `const [name] = email.split('@')`; with a second name, the domain is known too.
    let is_this = |value: &Expr| value.span.holds(call.at.span());
    around(&call).last().is_some_and(|function| {
        let mut todo: Vec<_> = function.function.body.iter().collect();
        while let Some(stmt) = todo.pop() {
            if let StmtKind::Var(all) = &stmt.kind
                && let Some(found) = all.iter().find(|one| one.value.as_deref().is_some_and(is_this))
            {
                return matches!(&found.pattern.kind, PatternKind::Array { items, rest: None } if items.len() == 1);
            }
            todo.extend(stmt.parts().into_iter().flatten());
        }
        false
    })
}

/// Whether a resolver asks what stands behind the `@`, in whatever way.
fn looks_at_domain(resolver: FunctionAt<'_>) -> bool {
    let text = source(resolver).to_ascii_lowercase();
    ["domain", "endswith(", "split('@')[1]", "split(\"@\")[1]", "split('@').pop()", "hd ", ".hd"]
        .iter()
        .any(|way| text.contains(way))
}
