use crate::catalog_files::entities;
use crate::fix::Fix;
use crate::rule::Skip;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for entity in entities(&cx.repository().files) {
        any = true;
        let links = entity.item.at("metadata.links").map(Item::items).unwrap_or_default();
        let urls = links.iter().filter_map(|link| link.get("url"));
        let annotations = entity.annotations().map(|(_, item)| item);
        for url in urls.chain(annotations) {
            if !url.as_str().is_some_and(is_script) {
                continue;
            }
            findings
                .at(&url.place, format!("a link of `{}` runs a script", entity.name()))
                .why("frontends before 1.11, and plugins that do not check, run it as the user who clicks; somebody put it there")
                .fix(Fix::manual("replace it with an https URL, and find out who wrote it"));
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no entity here")) }
}

/// As browsers read it: control characters and space before, and line ends and tabs within, do not count.
fn is_script(url: &str) -> bool {
    let url = url.trim_start_matches(|c: char| c.is_control() || c == ' ');
    let plain: String = url.chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).take(16).collect();
    let plain = plain.to_ascii_lowercase();
    ["javascript:", "vbscript:", "data:text/html"].iter().any(|scheme| plain.starts_with(scheme))
}
