use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Low, serve: Serve::Reports, check };

/// The key, and its former name.
const KEYS: &[&str] = &["scaffolder.taskRecovery.enabled", "scaffolder.EXPERIMENTAL_recoverTasks"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in KEYS {
        for setting in cx.settings(key)? {
            if setting.is_for_development() || !setting.item.is_true() {
                continue;
            }
            findings
                .at(setting.item.key_place(), "secrets of running tasks stay in the database")
                .severity(setting.severity(Severity::Low))
                .why("user tokens and typed secrets are kept in clear until a task ends, where backups and readers of the database see them")
                .fix(Fix::suggested("switch task recovery off", vec![Edit::set(setting.item, false)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
