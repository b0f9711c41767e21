use std::collections::BTreeSet;

use super::asked::{Answer, Origin, Test, Who, ask};
use super::permissions::{DANGEROUS, PERSONAL, TOMORROW, asked_in};
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
    let own = asked_in(policy.handle.code, policy.module);
    let all = [TOMORROW].into_iter().chain(PERSONAL.iter().copied()).chain(DANGEROUS.iter().copied());
    let known = all.map(|permission| (permission, false));
    let own = own.iter().map(|own| (own.asked(), true));
    let default = ask(policy.handle, TOMORROW, Who::Nobody).map(|answer| answer.origin.place());
    let mut found = Vec::new();
    for (permission, is_own) in known.chain(own) {
        let answer = ask(policy.handle, permission, Who::Nobody).filter(Answer::allows);
        let Some(answer) = answer else { continue };
        let name = if permission.name.is_empty() { permission.constant } else { permission.name };
        if let Some(test) = passed(&answer.origin) {
            found.push((place(&answer.origin, test), name.to_owned()));
        } else if is_own
            && default.as_ref() != Some(&answer.origin.place())
            && is_refused_to_some(&answer.origin)
        {
            found.push((answer.origin.place(), name.to_owned()));
        }
    }
    found
}

/// Whether the last thing that was asked is whether the user is one of some who are refused.
fn is_refused_to_some(origin: &Origin<'_>) -> bool {
    origin.tests.last().is_some_and(|test| test.about.user && !test.about.permission && !test.holds)
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
