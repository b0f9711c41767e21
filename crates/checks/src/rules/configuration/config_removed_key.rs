use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::Configuration,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

/// Keys that once meant something: what becomes of them now.
const REMOVED: &[(&str, &str, Severity)] = &[
    (
        "catalog.processors.github",
        "the backend does not start with it: use `integrations.github`",
        Severity::Medium,
    ),
    ("catalog.processors.githubApi", "it has no effect since 1.0: use `integrations.github`", Severity::Low),
    (
        "catalog.processors.gitlabApi",
        "the backend does not start with it: use `integrations.gitlab`",
        Severity::Medium,
    ),
    (
        "catalog.processors.bitbucketApi",
        "the backend does not start with it: use `integrations`",
        Severity::Medium,
    ),
    (
        "catalog.processors.azureApi",
        "the backend does not start with it: use `integrations.azure`",
        Severity::Medium,
    ),
    ("catalog.stitchingStrategy.mode", "it was removed in 1.55: stitching is always deferred", Severity::Low),
    ("scaffolder.github", "it has no effect since 1.0: use `integrations.github`", Severity::Low),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (key, what, severity) in REMOVED {
        for setting in cx.settings(key)? {
            findings
                .at(setting.item.key_place(), format!("`{key}` means nothing any more"))
                .severity(setting.severity(*severity))
                .why(*what)
                .fix(Fix::suggested("remove it", vec![Edit::remove(setting.item)]))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
