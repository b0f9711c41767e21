use crate::fix::Fix;
use crate::packages::{Dependency, Package, Packages, Wanted};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

use super::{backend, plugin_name};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    for project in cx.projects()? {
        for package in backend::of(packages, project) {
            judge(packages, package, findings);
        }
    }
    Ok(())
}

fn judge(packages: &Packages, package: &Package, findings: &mut Findings) {
    let open: Vec<&Dependency> = package
        .runtime()
        .filter(|dependency| is_open(dependency) && !packages.is_own(dependency.package()))
        .collect();
    let plugin = || open.iter().find(|dependency| plugin_name::is_third_party(packages, dependency));
    let core = || open.iter().find(|dependency| &*dependency.name == "@backstage/backend-defaults");
    let backstage = || open.iter().find(|dependency| dependency.name.starts_with("@backstage/"));
    let Some(worst) = plugin().or_else(core).or_else(backstage) else { return };
    let others = match open.len() - 1 {
        0 => String::new(),
        1 => ", and so does one other".to_owned(),
        others => format!(", and so do {others} others"),
    };
    let message = format!("{} takes whatever {:?} allows{others}", worst.name, worst.range);
    let (severity, why) = match packages.lock_of(package) {
        Some(_) => (
            Severity::Low,
            "the lock file pins it only until the next update, which brings in every version that was published since, looked at or not",
        ),
        None => (
            Severity::Medium,
            "nothing pins it: each install takes the newest version that fits, whoever published it",
        ),
    };
    findings
        .at(&worst.place, message)
        .severity(severity)
        .why(why)
        .fix(Fix::manual("write exact versions (or `backstage:^` for Backstage's own), and let a bot propose updates one by one"));
}

/// Whether it takes more than one version of the registry.
fn is_open(dependency: &Dependency) -> bool {
    match dependency.wanted() {
        Wanted::Versions(range) => !range.is_exact(),
        Wanted::Tag(_) => true,
        _ => false,
    }
}
