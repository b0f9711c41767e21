use crate::fix::Fix;
use crate::terraform::Block;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

const POLICIES: &[&str] =
    &["aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for policy in super::resources(cx, POLICIES)? {
        let statements = policy.at("policy").and_then(|document| document.get("Statement"));
        for statement in statements.map(Item::one_or_many).unwrap_or_default() {
            if statement.get("Effect").and_then(Item::as_str) == Some("Allow") {
                actions(policy, statement.get("Action"), findings);
            }
        }
    }
    let modules = cx.terraform()?.of_portal();
    for document in modules.flat_map(|module| module.all("data")) {
        if &*document.kind != "aws_iam_policy_document" {
            continue;
        }
        for statement in document.at("statement").map(Item::one_or_many).unwrap_or_default() {
            // A statement that names who it is for is about something else: what may use a key.
            if statement.get("effect").is_none_or(|effect| effect.as_str() == Some("Allow"))
                && statement.get("principals").is_none()
            {
                actions(document, statement.get("actions"), findings);
            }
        }
    }
    Ok(())
}

fn actions(block: &Block, actions: Option<&Item>, findings: &mut Findings) {
    for action in actions.map(Item::one_or_many).unwrap_or_default() {
        let Some(text) = action.as_str().filter(|text| *text == "*" || text.ends_with(":*")) else {
            continue;
        };
        findings
            .at(&action.place, format!("`{}` allows everything of a service: `{text}`", block.label()))
            .why("whoever gets into the portal, or a plugin in it, has these rights in the account")
            .fix(Fix::manual("name the actions that are needed, and the resources they are for"));
    }
}
