use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity, Skip};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Versions, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut judged = false;
    for file in cx.repository().files.iter().filter(|file| file.name() == ".yarnrc.yml") {
        let Some(root) = file.tree() else { continue };
        judged = true;
        for pattern in root.get("approvedGitRepositories").map(crate::Item::one_or_many).unwrap_or_default() {
            if !matches!(
                pattern.as_str(),
                Some("*" | "**" | "https://**" | "https://*" | "https://github.com/**")
            ) {
                continue;
            }
            findings
                .at(&pattern.place, format!("every Git repository that {:?} fits may be a source of packages", pattern.as_str().unwrap_or_default()))
                .why("a package, also one deep down, can bring in code from a repository that no registry has checked, and its build scripts run")
                .fix(Fix::suggested("take it out, and name the repositories that are meant", vec![Edit::remove(pattern)]));
        }
    }
    if judged { Ok(()) } else { Err(Skip::because("no .yarnrc.yml here")) }
}
