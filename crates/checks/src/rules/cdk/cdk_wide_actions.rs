use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::code::At;
use crate::fix::Fix;
use crate::rules::aws_policy::{is_any, is_everything, is_grave, is_narrowed, is_writing, wide_policy};
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity, Step};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::High, serve: Serve::Inapplicable, check };

const WHY: &str = "whoever gets into what has the role, the portal with every plugin in it or a pipeline, has these rights in the account";
const NAME_THEM: &str = "name the actions that are needed, and the resources they are for";

/// Too much that a role of a file may do.
struct Grant {
    place: Place,
    severity: Severity,
    /// The action or policy.
    name: String,
    /// What is wrong with it.
    message: String,
    fix: String,
}

/// So many names are in a message.
const SHOWN: usize = 4;
const EVIDENCE: usize = 32;

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut grants: Vec<Grant> = Vec::new();
    for statement in super::objects(cx, &["actions", "Action"])? {
        let effect = statement.get("effect").or_else(|| statement.get("Effect"));
        if effect.is_some_and(|effect| effect.source().to_ascii_lowercase().contains("deny")) {
            continue;
        }
        let actions = statement.get("actions").or_else(|| statement.get("Action"));
        let bounded = is_bounded(statement);
        grants.extend(grave(statement, actions));
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
            grants.push(Grant { place: action.place(), severity, name: text, message, fix });
        }
    }
    managed(cx, &mut grants)?;
    // The roles of a file are one piece of work, and are often copied from another.
    let mut by_file: BTreeMap<Arc<str>, Vec<Grant>> = BTreeMap::new();
    for grant in grants {
        by_file.entry(Arc::clone(&grant.place.path)).or_default().push(grant);
    }
    for (_, mut grants) in by_file {
        grants.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.place.cmp(&b.place)));
        report(&grants, findings);
    }
    Ok(())
}

/// What a file gives too much of, the worst first.
fn report(grants: &[Grant], findings: &mut Findings) {
    let Some((worst, rest)) = grants.split_first() else { return };
    let mut names: Vec<String> = grants.iter().map(|grant| format!("`{}`", grant.name)).collect();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let message = if names.len() == 1 {
        worst.message.clone()
    } else {
        let more = names.len().saturating_sub(SHOWN);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        names.truncate(SHOWN);
        format!("roles here may do too much: {}{more}", names.join(", "))
    };
    let step = |grant: &Grant| Step { place: Some(grant.place.clone()), text: grant.message.clone() };
    let evidence =
        if rest.is_empty() { Vec::new() } else { grants.iter().take(EVIDENCE).map(step).collect() };
    findings
        .at(&worst.place, message)
        .severity(worst.severity)
        .why(WHY)
        .fix(Fix::manual(worst.fix.clone()))
        .evidence(evidence);
}

/// Something that must not be allowed on whatever there is.
fn grave(statement: At<'_>, actions: Option<At<'_>>) -> Option<Grant> {
    let either = |keys: [&str; 2]| keys.into_iter().find_map(|key| statement.get(key));
    // A statement that names who it is for belongs to a thing, and is about that.
    if either(["principals", "Principal"]).is_some() {
        return None;
    }
    let all: Vec<String> =
        actions.map(one_or_many).unwrap_or_default().into_iter().filter_map(At::text).collect();
    let is_wide = all.iter().any(|text| text == "*" || text.ends_with(":*"));
    let grave = all.iter().find(|text| is_grave(text));
    let action = grave.or_else(|| all.iter().find(|text| is_writing(text))).filter(|_| !is_wide)?;
    let condition = either(["conditions", "Condition"]);
    if condition.is_some_and(|condition| grave.is_none() || is_narrowed(action, condition.source())) {
        return None;
    }
    let resources = either(["resources", "Resource"]).map(one_or_many).unwrap_or_default();
    let of_all = |resource: &&At<'_>| {
        is_any(&resource.text().unwrap_or_else(|| resource.source().trim_matches('`').to_owned()))
    };
    let resource = resources
        .iter()
        .find(of_all)
        .filter(|resource| grave.is_some() || resource.text().as_deref() == Some("*"))?;
    let is_secret = ["secretsmanager:", "kms:"].iter().any(|service| action.starts_with(service));
    Some(Grant {
        place: resource.place(),
        severity: match grave {
            Some(_) if is_secret => Severity::High,
            Some(_) => Severity::Medium,
            None => Severity::Low,
        },
        name: action.clone(),
        message: format!("a role may use `{action}` on whatever there is"),
        fix: "name the resources, by a prefix at least".to_owned(),
    })
}

fn one_or_many(at: At<'_>) -> Vec<At<'_>> {
    let items = at.items();
    if items.is_empty() { vec![at] } else { items }
}

/// Policies that AWS keeps.
fn managed(cx: &Context<'_>, grants: &mut Vec<Grant>) -> Ran {
    for (code, module) in super::modules(cx)? {
        for call in code.calls_in(module) {
            if !matches!(call.name(), Some("fromAwsManagedPolicyName" | "fromManagedPolicyArn")) {
                continue;
            }
            for policy in (0..3).filter_map(|at| call.arg(at)) {
                let text = policy.text().unwrap_or_default();
                let Some(name) = wide_policy(&text) else { continue };
                grants.push(Grant {
                    place: policy.place(),
                    severity: if is_everything(name) { Severity::High } else { Severity::Medium },
                    name: name.to_owned(),
                    message: format!("a role is given the policy `{name}`"),
                    fix: NAME_THEM.to_owned(),
                });
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
