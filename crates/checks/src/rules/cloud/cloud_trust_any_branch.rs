use std::borrow::Cow;

use super::policy;
use crate::fix::Fix;
use crate::rules::oidc_trust::judge;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Place, Ran, Rule, Serve, Severity, Value};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

const WHY: &str =
    "who can push a branch with a workflow, reviewed by nobody, takes the role and all it may do";
const FIX: &str = "name the branch or the environment that deploys: `repo:acme/portal:ref:refs/heads/main`, `repo:acme/portal:environment:production`";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for role in super::resources(cx, &["aws_iam_role"])? {
        let Some(document) =
            ["assume_role_policy", "assume_role_policy_document"].iter().find_map(|key| role.at(key))
        else {
            continue;
        };
        let document = policy(cx, document);
        for statement in document.get("Statement").map(Item::one_or_many).unwrap_or_default() {
            for (_, conditions) in statement.get("Condition").into_iter().flat_map(Item::entries) {
                for (name, values) in conditions.entries() {
                    subjects(role, name, values, findings);
                }
            }
        }
    }
    for document in cx.infrastructure()?.into_iter().flat_map(|module| module.all("data")) {
        if &*document.kind != "aws_iam_policy_document" {
            continue;
        }
        for statement in document.at("statement").map(Item::one_or_many).unwrap_or_default() {
            for condition in statement.get("condition").map(Item::one_or_many).unwrap_or_default() {
                if let (Some(name), Some(values)) = (condition.get("variable"), condition.get("values")) {
                    let (Value::String(name) | Value::Unknown(name)) = &name.value else { continue };
                    subjects(document, name.trim_matches('"'), values, findings);
                }
            }
        }
    }
    google(cx, findings)
}

/// The subjects of a condition.
fn subjects(block: &Block, name: &str, values: &Item, findings: &mut Findings) {
    let is_subject = name.rsplit(':').next() == Some("sub");
    if !is_subject {
        return;
    }
    for value in values.one_or_many() {
        for subject in texts(value) {
            if let Some((severity, who)) = judge(&subject) {
                report(findings, &value.place, severity, format!("`{}` trusts {who}", block.label()));
                break;
            }
        }
    }
}

/// What a value is or holds: code that makes it has texts in it.
fn texts(value: &Item) -> Vec<Cow<'_, str>> {
    match &value.value {
        Value::String(text) => vec![Cow::Borrowed(&**text)],
        Value::Unknown(code) => {
            let starts = ["\"repo:", "\"project_path:"];
            if starts.iter().any(|start| code.starts_with(&start[1..])) {
                return vec![Cow::Borrowed(&**code)];
            }
            starts
                .iter()
                .flat_map(|start| code.match_indices(start))
                .filter_map(|(at, _)| Some(Cow::Borrowed(code.get(at + 1..)?.split('"').next()?)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Pools of Google's that take tokens of every repository of GitHub, and accounts that take all of a pool.
fn google(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for provider in super::resources(cx, &["google_iam_workload_identity_pool_provider"])? {
        let of_github = super::decided(cx, provider, "oidc.issuer_uri").iter().any(|item| {
            item.as_str().is_some_and(|text| text.contains("token.actions.githubusercontent.com"))
        });
        if of_github && provider.at("attribute_condition").is_none_or(Item::is_null) {
            report(
                findings,
                &provider.kind_place,
                Severity::Medium,
                format!("`{}` takes tokens of every repository on GitHub", provider.label()),
            );
        }
    }
    for member in
        super::resources(cx, &["google_service_account_iam_member", "google_service_account_iam_binding"])?
    {
        let members =
            ["member", "members"].iter().filter_map(|key| member.at(key)).flat_map(Item::one_or_many);
        for item in members {
            let (Value::String(text) | Value::Unknown(text)) = &item.value else { continue };
            let text = text.trim_matches('"');
            if !text.starts_with("principalSet://") {
                continue;
            }
            if text.ends_with("/*") {
                report(
                    findings,
                    &item.place,
                    Severity::High,
                    format!("`{}` trusts everything that the pool takes", member.label()),
                );
            } else if text.contains("/attribute.repository_owner/") {
                report(
                    findings,
                    &item.place,
                    Severity::High,
                    format!("`{}` trusts every repository of an organisation", member.label()),
                );
            }
        }
    }
    Ok(())
}

fn report(findings: &mut Findings, place: &Place, severity: Severity, message: String) {
    findings.at(place, message).severity(severity).why(WHY).fix(Fix::manual(FIX));
}
