use crate::code::At;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for statement in super::objects(cx, &["actions", "Action"])? {
        let effect = statement.get("effect").or_else(|| statement.get("Effect"));
        if effect.is_some_and(|effect| effect.source().to_ascii_lowercase().contains("deny")) {
            continue;
        }
        let actions = statement.get("actions").or_else(|| statement.get("Action"));
        let bounded = is_bounded(statement);
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
                    "name the actions that are needed, and the resources they are for".to_owned(),
                ),
            };
            findings
                .at(&action.place(), message)
                .severity(severity)
                .why("whoever gets into what has the role, the portal with every plugin in it or a pipeline, has these rights in the account")
                .fix(Fix::manual(fix));
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
