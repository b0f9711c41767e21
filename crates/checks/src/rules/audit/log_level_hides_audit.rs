use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// The settings that say at which level audit events of a severity are written, and what holds without them.
const SEVERITIES: [(&str, &str); 4] =
    [("low", "debug"), ("medium", "info"), ("high", "info"), ("critical", "info")];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.logger.level")? {
        let Some(level) = setting.item.literal().map(str::trim) else { continue };
        let Some(bound) = rank(level).filter(|bound| *bound < 2) else { continue };
        if setting.is_for_development() {
            continue;
        }
        let root = match setting.reach {
            crate::repo::Reach::Production(production) => Some(&production.root),
            _ => None,
        };
        let hidden = SEVERITIES.iter().filter(|(severity, usual)| {
            let key = format!("backend.auditor.severityLogLevelMappings.{severity}");
            let own = root.and_then(|root| root.at(&key)).and_then(Item::as_str);
            rank(own.unwrap_or(usual)).is_none_or(|level| level > bound)
        });
        let hidden: Vec<&str> = hidden.map(|(severity, _)| *severity).collect();
        // Low ones are hidden at info too, which is told elsewhere.
        if hidden.iter().all(|severity| *severity == "low") {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("at log level `{level}` audit events of severity {} are not written", hidden.join(", ")))
            .severity(setting.severity(Severity::Medium))
            .why("audit events are lines of the ordinary log, at info: who deleted an entity, ran a template or signed in leaves no trace there")
            .fix(Fix::suggested("log at info", vec![Edit::set(setting.item, "info")]))
            .evidence(setting.evidence());
    }
    Ok(())
}

/// The place of a level, the gravest first.
fn rank(level: &str) -> Option<usize> {
    ["error", "warn", "info", "debug"].iter().position(|name| *name == level)
}
