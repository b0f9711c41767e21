use super::reading_shared_host::is_shared;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.reading.allow.*")? {
        let Some(item) = setting.item.get("host").filter(|_| !setting.is_for_development()) else { continue };
        let Some(host) = item.literal().filter(|host| host.contains('*') && !is_shared(host)) else {
            continue;
        };
        let any = host.trim_matches(['*', '.']).is_empty()
            || !host.split(':').next().unwrap_or(host).trim_start_matches(['*', '.']).contains('.');
        let has_paths = setting.item.get("paths").is_some_and(|paths| !paths.one_or_many().is_empty());
        let severity = match (any, has_paths) {
            (true, _) => Severity::High,
            (false, false) => Severity::Medium,
            (false, true) => Severity::Low,
        };
        findings
            .at(&item.place, format!("the backend reads from every host like `{host}`"))
            .severity(setting.severity(severity))
            .why("placeholders and registered locations make it call any of them from inside, admin pages and forgotten machines too, and show what they answer")
            .fix(Fix::manual("list the hosts one by one, with `paths`"))
            .evidence(setting.evidence());
    }
    Ok(())
}
