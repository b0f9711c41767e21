use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// How long records are to be at hand.
const DAYS: f64 = 90.0;
/// What resources and modules call it.
const KEYS: &[&str] = &[
    "retention_in_days",
    "cloudwatch_log_group_retention_in_days",
    "cloudwatch_logs_retention_in_days",
    "log_group_retention_in_days",
    "log_retention_in_days",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut groups = super::resources(cx, &["aws_cloudwatch_log_group", "azurerm_log_analytics_workspace"])?;
    groups.extend(super::elsewhere(cx)?);
    for group in groups {
        let said = KEYS.iter().flat_map(|key| super::decided(cx, group, key));
        for item in said {
            // Nought is for ever.
            let Some(days) = item.as_number().filter(|days| *days >= 1.0 && *days < DAYS) else { continue };
            let severity = if days < 30.0 { Severity::High } else { Severity::Medium };
            findings
                .at(item.key_place(), format!("`{}` keeps logs for {days} days", group.label()))
                .severity(severity)
                .why("audit events are among the logs, and most intrusions are noticed after weeks")
                .fix(Fix::manual("keep them for 90 days at hand, and 12 months in all"));
        }
    }
    made_on_the_fly(cx, findings)
}

/// Groups that tasks make when they start: nobody says how long they are kept, or who may delete them.
fn made_on_the_fly(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for module in cx.infrastructure()? {
        let is_said = module
            .resources(&["aws_cloudwatch_log_group"])
            .any(|group| group.at("retention_in_days").is_some());
        for task in module.resources(&["aws_ecs_task_definition"]).filter(|_| !is_said) {
            let mut found = Vec::new();
            task.body.walk(&mut |path, item| {
                if path.ends_with(".awslogs-create-group") && item.is_true() {
                    found.push(item);
                }
            });
            for item in found {
                findings
                    .at(item.key_place(), format!("the log group of `{}` is made when a task starts", task.label()))
                    .severity(Severity::Low)
                    .why("audit events are among the logs; how long they are kept is said nowhere, and the role may make groups")
                    .fix(Fix::manual("make the group with a retention of 90 days or more, beside the task"));
            }
        }
    }
    Ok(())
}
