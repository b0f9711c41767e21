use crate::catalog_files::entities;
use crate::fix::{Edit, Fix};
use crate::rule::Skip;
use crate::{Checklist, Confidence, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::TechDocs, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let mut any = false;
    for entity in entities(&cx.repository().files) {
        any = true;
        for (name, item) in entity.annotations() {
            if !name.ends_with("techdocs-builder") || item.literal() != Some("local") {
                continue;
            }
            findings
                .at(item.key_place(), format!("`{}` has its docs built in the portal, by an annotation", entity.name()))
                .confidence(Confidence::Medium)
                .why("where a build strategy reads it, whoever writes an entity decides that mkdocs runs in the portal's process, whatever `techdocs.builder` says")
                .fix(Fix::suggested("remove the annotation, and build the docs in CI", vec![Edit::remove(item)]))
                .because(entity.item.get("kind").map(|kind: &Item| &kind.place), "an entity of the catalog");
        }
    }
    if any { Ok(()) } else { Err(Skip::because("no entity here")) }
}
