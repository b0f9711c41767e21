use std::collections::BTreeMap;

use crate::fix::Fix;
use crate::repo::is_for_development;
use crate::{Checklist, Confidence, Context, File, Findings, Place, Ran, Rule, Serve, Severity, Step};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Plugins whose databases hold keys, sessions, inputs of tasks, or people.
const PLUGINS: &[&str] =
    &["auth", "scaffolder", "catalog", "app", "search", "permission", "notifications", "user-settings"];
/// Files that are named beside one.
const EVIDENCE: usize = 32;
/// Those whose loss is told one by one: keys and sessions, inputs and logs of tasks.
const WORST: &[&str] = &["auth", "scaffolder"];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    cx.projects()?;
    let mut folders: BTreeMap<&str, Vec<(&str, &File)>> = BTreeMap::new();
    for file in cx.repository().files.iter() {
        let Some((stem, end @ ("sqlite" | "sqlite3" | "db"))) = file.name().rsplit_once('.') else {
            continue;
        };
        // Test data, and data that is no portal's.
        if !PLUGINS.contains(&stem) && (is_for_development(&file.path) || end == "db") {
            continue;
        }
        folders.entry(file.folder()).or_default().push((stem, file));
    }
    for files in folders.into_values() {
        let (worst, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(stem, _)| WORST.contains(stem));
        // What else is in the folder is told with the first: it is one thing to mend.
        let alone = if worst.is_empty() { others.first().copied() } else { None };
        for (index, (stem, file)) in worst.iter().copied().chain(alone).enumerate() {
            let beside: Vec<&File> = others
                .iter()
                .map(|(_, other)| *other)
                .filter(|other| index == 0 && other.path != file.path)
                .collect();
            let message = match beside.len() {
                0 => format!("a database is in the repository: `{}`", file.name()),
                more => format!("databases are in the repository: `{}`, and {more} beside it", file.name()),
            };
            let steps = beside.iter().take(EVIDENCE).map(|other| Step {
                place: Some(Place::whole(&other.path)),
                text: format!("`{}`", other.name()),
            });
            findings
                .at(&Place::whole(&file.path), message)
                .confidence(if PLUGINS.contains(&stem) { Confidence::High } else { Confidence::Medium })
                .why("a portal's databases hold signing keys, sessions, the inputs and logs of tasks, and who signed in")
                .fix(Fix::manual("remove it, also from the history, ignore such files, and change what it held"))
                .evidence(steps.collect::<Vec<_>>());
        }
    }
    Ok(())
}
