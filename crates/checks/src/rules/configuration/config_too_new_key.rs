use crate::fix::Fix;
use crate::repo::Setting;
use crate::rule::Skip;
use crate::rules::on_release::release;
use crate::{Checklist, Context, Findings, Ran, Release, Rule, Serve, Severity};

pub(super) const RULE: Rule = Rule {
    checklist: Checklist::Configuration,
    severity: Severity::Medium,
    serve: Serve::Inapplicable,
    check,
};

/// Keys that protect, the release that reads them first, and what holds before.
const SINCE: &[(&str, Release, Severity, &str)] = &[
    (
        "proxy.endpoints.*.credentials",
        Release::new(1, 28, 0),
        Severity::High,
        "proxies ask nobody for credentials, whatever it says",
    ),
    (
        "backend.auth.externalAccess.*.accessRestrictions",
        Release::new(1, 28, 0),
        Severity::High,
        "the credential may do everything",
    ),
    ("backend.rateLimit", Release::new(1, 40, 0), Severity::Low, "requests are not limited"),
    (
        "backend.auditor.severityLogLevelMappings",
        Release::new(1, 38, 0),
        Severity::Low,
        "audit events are written as if it were not there",
    ),
];

/// Keys that a release reads and does not start with: the first, and the first that works.
const BROKEN: &[(&str, Release, Release)] =
    &[("backend.rateLimit", Release::new(1, 40, 0), Release::new(1, 52, 0))];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    cx.productions()?;
    let mut known = false;
    for project in cx.projects()? {
        let Some(release) = release(project) else { continue };
        known = true;
        for (key, since, severity, instead) in SINCE.iter().filter(|(_, since, ..)| release < *since) {
            let settings = project.settings(key).into_iter().filter(|setting| !setting.item.is_null());
            for setting in settings.filter(|setting| !setting.is_for_development()) {
                findings
                    .at(setting.item.key_place(), format!("{release} does not read `{}`", last(key)))
                    .severity(setting.severity(*severity))
                    .why(format!("the key is read since {since}; before, {instead}"))
                    .fix(Fix::manual(format!("upgrade to {since} or later")))
                    .evidence(setting.evidence());
            }
        }
        for (key, first, works) in
            BROKEN.iter().filter(|(_, first, works)| release >= *first && release < *works)
        {
            let settings = project.settings(key).into_iter().filter(Setting::is_effective);
            for setting in settings.filter(|setting| setting.item.as_bool() != Some(false)) {
                findings
                    .at(setting.item.key_place(), format!("{release} does not start with `{}`", last(key)))
                    .why(format!(
                        "it works since {works}; from {first} on the backend fails where it reads it"
                    ))
                    .fix(Fix::manual(format!("upgrade to {works} or later, or limit at the ingress")))
                    .evidence(setting.evidence());
            }
        }
    }
    if known { Ok(()) } else { Err(Skip::because("no backstage.json says which release this is")) }
}

fn last(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}
