use crate::code::At;
use crate::fix::Fix;
use crate::rules::aws_policy::{is_any, is_everything, is_grave, is_narrowed, wide_policy};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

const WHY: &str = "whoever gets into what has the role, the portal with every plugin in it or a pipeline, has these rights in the account";
const NAME_THEM: &str = "name the actions that are needed, and the resources they are for";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for statement in super::objects(cx, &["actions", "Action"])? {
        let effect = statement.get("effect").or_else(|| statement.get("Effect"));
        if effect.is_some_and(|effect| effect.source().to_ascii_lowercase().contains("deny")) {
            continue;
        }
        let actions = statement.get("actions").or_else(|| statement.get("Action"));
        let bounded = is_bounded(statement);
        grave(statement, actions, findings);
        for action in actions.map(At::items).unwrap_or_default() {
            let Some(text) = action.text().filter(|text| text == "*" || text.ends_with(":*")) else {
                continue;
            };
            let service = text.trim_end_matches(":*");
            let (severity, message, fix) = match meant(service) {
                Some(meant) => (
                    Severity::Low,
                    format!("a role is given `{text}`, which names no service of AWS and allows nothing"),
                    format!("take it out, or name what is needed of `{meant}`"),
                ),
                None if bounded => (
                    Severity::Medium,
                    format!("a role may do everything of a service with what the statement names: `{text}`"),
                    "name the actions that are needed".to_owned(),
                ),
                None => (
                    Severity::High,
                    format!("a role may do everything of a service: `{text}`"),
                    NAME_THEM.to_owned(),
                ),
            };
            findings.at(&action.place(), message).severity(severity).why(WHY).fix(Fix::manual(fix));
        }
    }
    managed(cx, findings)
}

/// Something that must not be allowed on whatever there is.
fn grave(statement: At<'_>, actions: Option<At<'_>>, findings: &mut Findings) {
    let either = |keys: [&str; 2]| keys.into_iter().find_map(|key| statement.get(key));
    // A statement that names who it is for belongs to a thing, and is about that.
    if either(["principals", "Principal"]).is_some() {
        return;
    }
    let all: Vec<String> =
        actions.map(one_or_many).unwrap_or_default().into_iter().filter_map(At::text).collect();
    let is_wide = all.iter().any(|text| text == "*" || text.ends_with(":*"));
    let Some(action) = all.iter().find(|text| is_grave(text)).filter(|_| !is_wide) else { return };
    if either(["conditions", "Condition"]).is_some_and(|condition| is_narrowed(action, condition.source())) {
        return;
    }
    let resources = either(["resources", "Resource"]).map(one_or_many).unwrap_or_default();
    let of_all = |resource: &&At<'_>| {
        is_any(&resource.text().unwrap_or_else(|| resource.source().trim_matches('`').to_owned()))
    };
    if let Some(resource) = resources.iter().find(of_all) {
        let is_secret = ["secretsmanager:", "kms:"].iter().any(|service| action.starts_with(service));
        findings
            .at(&resource.place(), format!("a role may use `{action}` on whatever there is"))
            .severity(if is_secret { Severity::High } else { Severity::Medium })
            .why(WHY)
            .fix(Fix::manual("name the resources, by a prefix at least"));
    }
}

fn one_or_many(at: At<'_>) -> Vec<At<'_>> {
    let items = at.items();
    if items.is_empty() { vec![at] } else { items }
}

/// Policies that AWS keeps.
fn managed(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            if !matches!(call.name(), Some("fromAwsManagedPolicyName" | "fromManagedPolicyArn")) {
                continue;
            }
            for policy in (0..3).filter_map(|at| call.arg(at)) {
                let text = policy.text().unwrap_or_default();
                let Some(name) = wide_policy(&text) else { continue };
                findings
                    .at(&policy.place(), format!("a role is given the policy `{name}`"))
                    .severity(if is_everything(name) { Severity::High } else { Severity::Medium })
                    .why(WHY)
                    .fix(Fix::manual(NAME_THEM));
            }
        }
    }
    Ok(())
}

/// Whether a statement is only about resources that it names, or has a condition. All of a kind are no bound:
/// `arn:aws:secretsmanager:..:secret:*`.
fn is_bounded(statement: At<'_>) -> bool {
    let of = |keys: [&str; 2]| keys.into_iter().find_map(|key| statement.get(key));
    let resources = of(["resources", "Resource"]).map(|all| match &all.items()[..] {
        [] => vec![all],
        items => items.to_vec(),
    });
    let is_all = |resource: &At<'_>| {
        let text = resource.source().trim_matches(['"', '\'', '`']);
        text.ends_with('*')
    };
    of(["conditions", "Condition"]).is_some()
        || resources.is_some_and(|all| !all.is_empty() && !all.iter().any(is_all))
}

/// The service that a prefix means which AWS does not know.
fn meant(service: &str) -> Option<&'static str> {
    Some(match service {
        "secrets" | "secret" | "secretmanager" | "secrets-manager" => "secretsmanager",
        "cloudwatchlogs" | "cloudwatch-logs" => "logs",
        "stepfunctions" | "sfn" => "states",
        "eventbridge" => "events",
        "alb" | "elb" | "elbv2" => "elasticloadbalancing",
        "parameterstore" => "ssm",
        _ => return None,
    })
}
