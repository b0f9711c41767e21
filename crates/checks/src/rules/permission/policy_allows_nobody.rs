use std::collections::BTreeSet;

use super::asked::{Answer, Asked, Origin, Test, Who, ask};
use super::permissions::{DANGEROUS, PERSONAL, TOMORROW, named_in};
use super::policies::{self, Policy};
use crate::code::ast::{Expr, ExprKind};
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Permissions, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = policies::all(cx.code()?);
    if all.is_empty() {
        return Err(Skip::because("no permission policy in code here"));
    }
    for policy in all.iter().filter(|policy| !policies::allows_all(policy)) {
        let mut told = BTreeSet::new();
        for (place, name) in open(policy) {
            if !told.insert(place.clone()) {
                continue;
            }
            findings
                .at(&place, format!("who has no user is let through here, for `{name}` too"))
                .confidence(Confidence::Medium)
                .why(
                    "a caller without a user is no service that is trusted: an anonymous one has none either",
                )
                .fix(Fix::manual("deny where there is no `user`: services of the portal are never asked"))
                .because(Some(&policy.handle.place()), "this is the policy's `handle`");
        }
    }
    Ok(())
}

/// Where a policy that asks whether there is a user allows something without one; and what.
fn open(policy: &Policy<'_>) -> Vec<(Place, String)> {
    let own = named_in(policy.module);
    let own = own.iter().map(|constant| Asked { name: "", constant, action: "", resource: "" });
    let all =
        [TOMORROW].into_iter().chain(PERSONAL.iter().copied()).chain(DANGEROUS.iter().copied()).chain(own);
    let mut found = Vec::new();
    for permission in all {
        let answer = ask(policy.handle, permission, Who::Nobody).filter(Answer::allows);
        let Some(answer) = answer else { continue };
        if let Some(test) = passed(&answer.origin) {
            let name = if permission.name.is_empty() { permission.constant } else { permission.name };
            found.push((place(&answer.origin, test), name.to_owned()));
        }
    }
    found
}

/// The test by which somebody who is not there is told from others, and yet let through.
fn passed<'a, 'b>(origin: &'b Origin<'a>) -> Option<&'b Test<'a>> {
    origin.tests.iter().rev().find(|test| test.about.user && test.holds && tells_absence(test.expr))
}

/// Whether a test that holds is one of absence: `!user`, `user === undefined`, `ref !== 'user:default/guest'`.
fn tells_absence(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Unary { op: "!", .. } | ExprKind::Ident(_) => true,
        ExprKind::Binary { op: "&&" | "||", sides } => sides.iter().any(tells_absence),
        ExprKind::Binary { op: "===" | "==", sides } => sides.iter().any(is_nothing),
        ExprKind::Binary { op: "!==" | "!=", sides } => {
            sides.iter().any(|side| matches!(side.kind, ExprKind::String(_)))
        }
        _ => false,
    }
}

fn is_nothing(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Null => true,
        ExprKind::Ident(name) => &**name == "undefined",
        _ => false,
    }
}

/// Where it is allowed, if that is what the test leads to; else the test.
fn place(origin: &Origin<'_>, test: &Test<'_>) -> Place {
    let leads = test.module.path == origin.module.path
        && test
            .module
            .guards(origin.span)
            .iter()
            .any(|guard| guard.holds && guard.test.is_some_and(|guard| guard.span == test.expr.span));
    if leads { origin.place() } else { test.module.place(test.expr.span) }
}
