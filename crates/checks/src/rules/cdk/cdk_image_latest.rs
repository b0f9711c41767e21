use std::collections::BTreeSet;

use crate::code::At;
use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Image, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut places = BTreeSet::new();
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            let tag = match call.name() {
                Some("fromEcrRepository") => {
                    call.arg(1).filter(|tag| tag.text().as_deref() == Some("latest"))
                }
                Some("fromRegistry") => call.arg(0).filter(|image| {
                    image.text().is_some_and(|image| {
                        let name = image.rsplit('/').next().unwrap_or_default();
                        !image.contains('@') && (name.ends_with(":latest") || !name.contains(':'))
                    })
                }),
                _ => None,
            };
            places.extend(tag.map(At::place));
        }
        module.walk(&mut |expr| {
            let is_named = match &expr.kind {
                ExprKind::String(text) => text.ends_with(":latest") && text.len() > ":latest".len(),
                ExprKind::Template { tag: None, .. } => module.source(expr.span).ends_with(":latest`"),
                _ => false,
            };
            if is_named {
                places.insert(module.place(expr.span));
            }
        });
    }
    for place in &places {
        findings
            .at(place, "the image is whatever was pushed last")
            .why("a restart may bring another program, and nobody can say which one ran")
            .fix(Fix::manual("deploy by version or digest"));
    }
    Ok(())
}
