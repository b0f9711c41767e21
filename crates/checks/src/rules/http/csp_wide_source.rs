use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

/// Directives by which something runs or is taken over; pictures, fonts and styles are not among them.
const DIRECTIVES: &[(&str, Severity)] = &[
    ("default-src", Severity::Medium),
    ("defaultSrc", Severity::Medium),
    ("script-src", Severity::High),
    ("scriptSrc", Severity::High),
    ("object-src", Severity::Medium),
    ("objectSrc", Severity::Medium),
    ("frame-src", Severity::Low),
    ("frameSrc", Severity::Low),
    ("worker-src", Severity::Medium),
    ("workerSrc", Severity::Medium),
    ("form-action", Severity::Low),
    ("base-uri", Severity::Medium),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (directive, severity) in DIRECTIVES {
        for setting in cx.settings(&format!("backend.csp.{directive}"))? {
            let Some(wide) =
                setting.item.one_or_many().iter().find(|source| source.literal().is_some_and(is_wide))
            else {
                continue;
            };
            findings
                // A list on one line is one place; of a longer one the entry is.
                .at(
                    if wide.place.line == setting.item.key_place().line {
                        setting.item.key_place()
                    } else {
                        &wide.place
                    },
                    format!("`{directive}` allows any host: `{}`", wide.literal().unwrap_or_default()),
                )
                .severity(setting.severity(*severity))
                .why("what the directive bounds may come from any server, an attacker's among them")
                .fix(Fix::manual("name the hosts that are needed"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}

pub(super) fn is_wide(source: &str) -> bool {
    matches!(
        source.trim(),
        "*" | "http:" | "https:" | "http://*" | "https://*" | "*:*" | "ws:" | "data:" | "blob: *"
    )
}
