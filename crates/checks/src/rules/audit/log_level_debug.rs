use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.logger.level")? {
        let Some(level) =
            setting.item.literal().filter(|level| matches!(*level, "debug" | "silly" | "verbose" | "trace"))
        else {
            continue;
        };
        if !setting.is_effective() {
            continue;
        }
        findings
            .at(setting.item.key_place(), format!("production logs at level `{level}`"))
            .why("plugins write requests, queries and answers of other systems at that level; only values that a schema marks as secret are masked")
            .fix(Fix::suggested("log at info", vec![Edit::set(setting.item, "info")]))
            .evidence(setting.evidence());
    }
    Ok(())
}
