use crate::fix::Fix;
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Medium, serve: Serve::Reports, check };

const URLS: &[&str] = &[
    "techdocs.publisher.awsS3.endpoint",
    "techdocs.publisher.azureBlobStorage.endpoint",
    "techdocs.publisher.openStackSwift.authUrl",
    "techdocs.publisher.openStackSwift.swiftUrl",
    "techdocs.storageUrl",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for key in URLS {
        for setting in cx.settings(key)? {
            let Some(url) = setting.item.as_str().filter(|_| !setting.is_for_development()) else { continue };
            if !url.to_ascii_lowercase().starts_with("http://")
                || host(url).is_some_and(|host| is_loopback(&host))
            {
                continue;
            }
            findings
                .at(&setting.item.place, "docs are stored over plain http")
                .severity(setting.severity(Severity::Medium))
                .why("whoever is on the way reads docs, and puts scripts of their own into what the portal shows")
                .fix(Fix::manual("use https"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
