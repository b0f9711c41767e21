use std::collections::BTreeMap;

use crate::fix::Fix;
use crate::packages::Lock;
use crate::{Checklist, Context, Findings, Place, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    if packages.locks().is_empty() {
        return Err(Skip::because("no lock file here"));
    }
    let mut by_folder: BTreeMap<&str, Vec<&Lock>> = BTreeMap::new();
    for lock in packages.locks() {
        by_folder.entry(lock.folder()).or_default().push(lock);
    }
    for (folder, locks) in by_folder {
        let slash = if folder.is_empty() { "" } else { "/" };
        let asked = packages.at(&format!("{folder}{slash}package.json"));
        let asked =
            asked.and_then(|package| package.package_manager()).and_then(|text| text.split('@').next());
        let named = |lock: &&&Lock| asked == Some(lock.kind.manager());
        let yarn = |lock: &&&Lock| lock.kind.manager() == "yarn";
        let Some(kept) = locks.iter().find(named).or_else(|| locks.iter().find(yarn)).or(locks.first())
        else {
            continue;
        };
        for lock in locks.iter().filter(|lock| lock.kind.manager() != kept.kind.manager()) {
            findings
                .at(&Place::whole(&lock.path), format!("{} is beside {}, another package manager's", lock.path, kept.path))
                .why("only one of them is kept up to date: whoever installs with the other one gets old versions, and scanners report the wrong ones")
                .fix(Fix::manual(format!("keep {}'s lock file, and delete this one", kept.kind.manager())));
        }
    }
    Ok(())
}
