use std::collections::BTreeMap;

use super::asked::{Answer, Asked, Origin, Who, ask};
use super::permissions::{DANGEROUS, TOMORROW};
use super::policies;
use super::policies::Policy;
use crate::code::ast::ExprKind;
use crate::code::{At, CallAt, Def, Walk as _};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What is worse than work for others.
const WORST: &[&str] =
    &["catalog.entity.delete", "kubernetes.proxy", "policy.entity.create", "policy.entity.update"];

/// What asks for a part of a name, or for one of several.
const NAMES: &[&str] = &["startsWith", "endsWith", "includes", "has", "test", "match"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = policies::all(cx.code()?);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for policy in all.iter().filter(|policy| !policies::allows_all(policy)) {
        // Where all that no rule names is allowed, is said once.
        let open = ask(policy.handle, TOMORROW, Who::Somebody).map(|answer| answer.origin.place());
        let mut told: BTreeMap<Place, Vec<&Asked<'_>>> = BTreeMap::new();
        for permission in DANGEROUS {
            let answer = ask(policy.handle, *permission, Who::Somebody);
            if let Some(answer) = answer.filter(Answer::allows)
                && open.as_ref() != Some(&answer.origin.place())
            {
                told.entry(decided(policy, &answer.origin, permission)).or_default().push(permission);
            }
        }
        for condition in deletes_by_kind(policy) {
            findings
                .at(&condition.place(), "everybody who is signed in may delete entities for what they are, not for whose they are")
                .confidence(Confidence::Medium)
                .why("one of the conditions of an `anyOf` is enough, and this one asks nothing about the user")
                .fix(Fix::manual("join it with `isEntityOwner` in an `allOf`"));
        }
        for (place, permissions) in told {
            let is_worst = permissions.iter().any(|permission| WORST.contains(&permission.name));
            let names: Vec<String> =
                permissions.iter().map(|permission| format!("`{}`", permission.name)).collect();
            findings
                .at(&place, format!("everybody who is signed in may do {}", names.join(", ")))
                .severity(if is_worst { Severity::High } else { Severity::Medium })
                .confidence(Confidence::Medium)
                .why("what is allowed here asks neither for a group nor for who owns the thing")
                .fix(Fix::manual("allow it to a group (`user.info.ownershipEntityRefs.includes(..)`), or to owners with a conditional decision"))
                .because(Some(&policy.handle.place()), "this is the policy's `handle`");
        }
    }
    Ok(())
}

/// What lets the permission through: where the condition around the answer names it, or that condition; else the answer.
fn decided(policy: &Policy<'_>, origin: &Origin<'_>, permission: &Asked<'_>) -> Place {
    let guards = origin.module.guards(origin.span);
    let condition = guards.iter().rev().find(|guard| guard.holds).and_then(|guard| guard.case.or(guard.test));
    let Some(condition) = condition else { return origin.place() };
    let mut found = None;
    let mut asks_name = false;
    condition.walk(&mut |expr| {
        let at = At { module: origin.module, expr, ..policy.handle.at(expr) };
        let is = match &expr.kind {
            ExprKind::String(text) => **text == *permission.name,
            ExprKind::Ident(_) => {
                matches!(at.resolve(), Def::External { name, .. } if *name == *permission.constant)
            }
            ExprKind::Call(call) => {
                let name = (CallAt { at, call }).name();
                asks_name |= name.is_some_and(|name| NAMES.contains(&name));
                false
            }
            _ => false,
        };
        if is && found.is_none() {
            found = Some(expr.span);
        }
    });
    match found {
        Some(span) => origin.module.place(span),
        None if asks_name => origin.module.place(condition.span),
        None => origin.place(),
    }
}

/// The conditions under which a policy lets anybody delete entities, whoever asks.
fn deletes_by_kind<'a>(policy: &Policy<'a>) -> Vec<At<'a>> {
    let delete = DANGEROUS.iter().find(|permission| permission.name == "catalog.entity.delete");
    let answer = delete.and_then(|delete| ask(policy.handle, *delete, Who::Somebody));
    let Some(answer) = answer.filter(|answer| answer.result == "CONDITIONAL") else { return Vec::new() };
    let mut made = None;
    answer.origin.module.walk(&mut |expr| {
        if expr.span == answer.origin.span
            && let ExprKind::Call(call) = &expr.kind
        {
            made = call.args.get(1).map(|expr| At {
                module: answer.origin.module,
                expr,
                ..policy.handle.at(expr)
            });
        }
    });
    let Some(condition) = made.map(At::value) else { return Vec::new() };
    let alternatives = match condition.get("anyOf") {
        Some(any) => any.items(),
        None => vec![condition],
    };
    alternatives.into_iter().filter(|one| is_of_entity_only(*one)).collect()
}

/// Whether a condition asks only what kind of entity it is, which whoever writes entities decides. What is orphaned
/// is nobody's.
fn is_of_entity_only(condition: At<'_>) -> bool {
    let Some(call) = condition.call() else { return false };
    let is = matches!(
        call.name(),
        Some("isEntityKind" | "hasAnnotation" | "hasLabel" | "hasMetadata" | "hasSpec")
    );
    is && !condition.source().contains("orphan")
}
