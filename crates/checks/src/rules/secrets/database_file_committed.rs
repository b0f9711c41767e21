use crate::fix::Fix;
use crate::repo::is_for_development;
use crate::{Checklist, Confidence, Context, Findings, Place, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Plugins whose databases hold keys, sessions, inputs of tasks, or people.
const PLUGINS: &[&str] =
    &["auth", "scaffolder", "catalog", "app", "search", "permission", "notifications", "user-settings"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    cx.projects()?;
    for file in cx.repository().files.iter() {
        let Some((stem, end @ ("sqlite" | "sqlite3" | "db"))) = file.name().rsplit_once('.') else {
            continue;
        };
        let is_plugins = PLUGINS.contains(&stem);
        // Test data, and data that is no portal's.
        if !is_plugins && (is_for_development(&file.path) || end == "db") {
            continue;
        }
        findings
            .at(&Place::whole(&file.path), format!("a database is in the repository: `{}`", file.name()))
            .confidence(if is_plugins { Confidence::High } else { Confidence::Medium })
            .why("a portal's databases hold signing keys, sessions, the inputs and logs of tasks, and who signed in")
            .fix(Fix::manual("remove it, also from the history, ignore such files, and change what it held"));
    }
    Ok(())
}
