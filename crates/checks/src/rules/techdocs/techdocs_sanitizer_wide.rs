use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("techdocs.sanitizer.additionalAllowedURIProtocols.*")? {
        let Some(scheme) = setting.item.literal().filter(|_| !setting.is_for_development()) else { continue };
        let name = scheme.trim_end_matches(':').to_ascii_lowercase();
        if !["javascript", "data", "vbscript", "blob", "file"].contains(&name.as_str()) {
            continue;
        }
        findings
            .at(&setting.item.place, format!("links in docs may be `{name}:` URLs"))
            .severity(setting.severity(Severity::High))
            .why("a link that runs a script does so as whoever reads the docs and clicks")
            .fix(Fix::suggested("remove it", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    for key in ["allowedCustomElementTagNameRegExp", "allowedCustomElementAttributeNameRegExp"] {
        for setting in cx.settings(&format!("techdocs.sanitizer.{key}"))? {
            let is_wide = setting.item.literal().is_some_and(|pattern| {
                matches!(
                    pattern.trim_start_matches('^').trim_end_matches('$'),
                    ".*" | ".+" | "" | "." | "[\\s\\S]*"
                )
            });
            if setting.is_for_development() || !is_wide {
                continue;
            }
            findings
                .at(setting.item.key_place(), format!("`{key}` lets everything through"))
                .severity(setting.severity(Severity::Medium))
                .why("custom elements, and attributes such as `onclick` on them, pass from docs into the portal's pages")
                .fix(Fix::manual("name the elements that are needed, from start to end: `^backstage-`, `^my-note$`"))
                .evidence(setting.evidence());
        }
    }
    for setting in cx.settings("techdocs.sanitizer.allowedIframeHosts.*")? {
        let is_shared = setting.item.literal().is_some_and(|host| {
            [
                "github.io",
                "githubusercontent.com",
                "amazonaws.com",
                "codepen.io",
                "jsfiddle.net",
                "codesandbox.io",
                "stackblitz.com",
            ]
            .iter()
            .any(|shared| {
                host == *shared
                    || host.strip_suffix(shared).is_some_and(|rest| matches!(rest, "raw." | "s3." | "www."))
            })
        });
        if setting.is_for_development() || !is_shared {
            continue;
        }
        findings
            .at(
                &setting.item.place,
                format!(
                    "docs embed pages of `{}`, where anybody publishes",
                    setting.item.literal().unwrap_or_default()
                ),
            )
            .severity(setting.severity(Severity::Low))
            .why("a page that looks like part of the portal can be anybody's, and ask for a password")
            .fix(Fix::suggested("remove the host", vec![Edit::remove(setting.item)]))
            .evidence(setting.evidence());
    }
    Ok(())
}
