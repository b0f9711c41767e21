use crate::fix::Fix;
use crate::packages::Wanted;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Audit, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Packages that guides name, and nobody publishes; with what there is.
const MISSING: &[(&str, &str)] = &[(
    "@backstage/plugin-audit-log-node",
    "remove it, and use `coreServices.auditor` of `@backstage/backend-plugin-api`",
)];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let packages = cx.packages()?;
    for (name, instead) in MISSING.iter().filter(|(name, _)| !packages.is_own(name)) {
        for package in packages.iter() {
            let Some(dependency) = package.dependency(name) else { continue };
            if matches!(dependency.wanted(), Wanted::Workspace | Wanted::Local(_))
                || dependency.package() != *name
            {
                continue;
            }
            findings
                .at(&dependency.place, format!("no package {name} was ever published"))
                .why("it cannot be installed, so what it is said to do (an audit trail) does not happen")
                .fix(Fix::manual(*instead));
        }
        let quoted = [format!("'{name}'"), format!("\"{name}\"")];
        for file in cx.repository().files.iter().filter(|file| is_code(file.name())) {
            let Some(place) = quoted.iter().find_map(|quoted| file.place_of(quoted)) else { continue };
            findings
                .at(&place, format!("no package {name} was ever published, and this imports it"))
                .why("the backend does not start with it, or the part that logs was never used")
                .fix(Fix::manual(*instead));
        }
    }
    Ok(())
}

fn is_code(name: &str) -> bool {
    [".ts", ".tsx", ".js", ".mjs", ".cjs"].iter().any(|end| name.ends_with(end))
}
