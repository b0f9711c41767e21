use crate::code::At;
use crate::code::ast::ExprKind;
use crate::fix::Fix;
use crate::rules::oidc_trust::judge;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        module.walk(&mut |expr| {
            let ExprKind::Object(all) = &expr.kind else { return };
            for property in all {
                let is_subject =
                    property.key.as_deref().is_some_and(|key| key.rsplit(':').next() == Some("sub"));
                if !is_subject {
                    continue;
                }
                let value = At { code, module, expr: &property.value };
                let values = match &value.value().items()[..] {
                    [] => vec![value],
                    items => items.to_vec(),
                };
                for value in values {
                    let text = value.text().unwrap_or_else(|| value.source().trim_matches('`').to_owned());
                    if let Some((severity, who)) = judge(&text) {
                        report(findings, &value.place(), severity, &who);
                    }
                }
            }
        });
        for call in code.calls_in(module) {
            // Of the package aws-cdk-github-oidc: everything unless there is a filter.
            if call.name() != Some("GithubActionsRole") {
                continue;
            }
            let Some(options) = super::options(call) else { continue };
            match options.property("filter") {
                None => report(findings, &call.at.module.place(call.name_span()), Severity::Medium, EVERY),
                Some((_, filter)) if filter.text().as_deref() == Some("*") => {
                    report(findings, &filter.place(), Severity::Medium, EVERY);
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

const EVERY: &str = "every branch and every workflow of the repository";

fn report(findings: &mut Findings, place: &Place, severity: Severity, who: &str) {
    findings
        .at(place, format!("a role trusts {who}"))
        .severity(severity)
        .why("who can push a branch with a workflow, reviewed by nobody, takes the role and all it may do")
        .fix(Fix::manual("name the branch or the environment that deploys: `repo:acme/portal:ref:refs/heads/main`, `repo:acme/portal:environment:production`"));
}
