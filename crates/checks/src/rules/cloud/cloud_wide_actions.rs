use crate::fix::Fix;
use crate::rules::aws_policy::{is_any, is_everything, is_grave, is_narrowed, is_writing, wide_policy};
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

const POLICIES: &[&str] =
    &["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];
const ATTACHED: &[&str] = &[
    "aws_iam_policy_attachment",
    "aws_iam_role_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
];
const WHY: &str = "whoever gets into the portal, or a plugin in it, has these rights in the account";
const NAME_THEM: &str = "name the actions that are needed, and the resources they are for";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for policy in super::resources(cx, POLICIES)? {
        statements(policy, policy.at("policy").map(|item| super::policy(cx, item)).as_deref(), findings);
        managed(policy, policy.at("managed_policy_arns"), findings);
    }
    for role in super::resources(cx, &["aws_iam_role", "aws_lambda_function"])? {
        for inline in role.at("inline_policy").map(Item::one_or_many).unwrap_or_default() {
            statements(role, inline.get("policy").map(|item| super::policy(cx, item)).as_deref(), findings);
        }
        managed(role, role.at("managed_policy_arns"), findings);
    }
    for attached in super::resources(cx, ATTACHED)? {
        managed(attached, attached.at("policy_arn"), findings);
    }
    for document in cx.infrastructure()?.into_iter().flat_map(|module| module.all("data")) {
        if &*document.kind != "aws_iam_policy_document" {
            continue;
        }
        for statement in document.at("statement").map(Item::one_or_many).unwrap_or_default() {
            // A statement that names who it is for is about something else: what may use a key.
            if statement.get("effect").is_none_or(|effect| effect.as_str() == Some("Allow"))
                && statement.get("principals").is_none()
            {
                allowed(document, statement, ["actions", "resources", "condition"], findings);
            }
        }
    }
    Ok(())
}

/// A document of IAM.
fn statements(block: &Block, document: Option<&Item>, findings: &mut Findings) {
    let statements = document.and_then(|document| document.get("Statement"));
    for statement in statements.map(Item::one_or_many).unwrap_or_default() {
        if statement.get("Effect").and_then(Item::as_str) == Some("Allow") {
            allowed(block, statement, ["Action", "Resource", "Condition"], findings);
        }
    }
}

fn allowed(block: &Block, statement: &Item, keys: [&str; 3], findings: &mut Findings) {
    let [actions, resources, condition] = keys.map(|key| statement.get(key));
    let actions = actions.map(Item::one_or_many).unwrap_or_default();
    let wide: Vec<(&Item, &str)> = actions
        .iter()
        .filter_map(|action| Some((action, action.as_str()?)))
        .filter(|(_, text)| *text == "*" || text.ends_with(":*"))
        .collect();
    let is_wide = !wide.is_empty();
    // A statement is one thing to mend.
    if let Some((first, _)) = wide.first() {
        let all: Vec<&str> = wide.iter().map(|(_, text)| *text).collect();
        let of = if all.len() == 1 { "a service" } else { "services" };
        findings
            .at(
                &first.place,
                format!("`{}` allows everything of {of}: `{}`", block.label(), all.join("`, `")),
            )
            .why(WHY)
            .fix(Fix::manual(NAME_THEM));
    }
    let grave = actions.iter().filter_map(Item::as_str).find(|action| is_grave(action));
    let writing = || actions.iter().filter_map(Item::as_str).find(|action| is_writing(action));
    let resources = resources.map(Item::one_or_many).unwrap_or_default();
    let (Some(action), false) = (grave.or_else(writing), is_wide) else { return };
    if condition.is_some_and(|condition| grave.is_none() || is_narrowed(action, &words(condition))) {
        return;
    }
    let of_all = |text: &str| if grave.is_some() { is_any(text) } else { text == "*" };
    if let Some(resource) = resources.iter().find(|resource| resource.as_str().is_some_and(of_all)) {
        findings
            .at(&resource.place, format!("`{}` allows `{action}` on whatever there is", block.label()))
            .severity(if grave.is_some() { Severity::Medium } else { Severity::Low })
            .why(WHY)
            .fix(Fix::manual("name the resources, by a prefix at least"));
    }
}

/// What a condition is about.
fn words(condition: &Item) -> String {
    let mut all = String::new();
    condition.walk(&mut |path, item| {
        all.push_str(path);
        all.push(' ');
        all.push_str(item.as_str().unwrap_or_default());
    });
    all
}

/// Policies that AWS keeps.
fn managed(block: &Block, policies: Option<&Item>, findings: &mut Findings) {
    let policies = policies.map(Item::one_or_many).unwrap_or_default();
    let mut wide: Vec<(&Item, &str)> =
        policies.iter().filter_map(|policy| Some((policy, wide_policy(policy.as_str()?)?))).collect();
    // The worst first: a role's list is one thing to mend.
    wide.sort_by_key(|(_, name)| !is_everything(name));
    let Some((first, worst)) = wide.first() else { return };
    let names: Vec<&str> = wide.iter().map(|(_, name)| *name).collect();
    let is = if names.len() == 1 { "policy" } else { "policies" };
    findings
        .at(&first.place, format!("`{}` is given the {is} `{}`", block.label(), names.join("`, `")))
        .severity(if is_everything(worst) { Severity::High } else { Severity::Medium })
        .why(WHY)
        .fix(Fix::manual(NAME_THEM));
}
