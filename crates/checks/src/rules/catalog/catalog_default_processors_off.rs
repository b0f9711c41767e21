use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Catalog, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("catalog.disableDefaultProcessors")? {
        if setting.is_for_development() || !setting.item.is_true() {
            continue;
        }
        findings
            .at(setting.item.key_place(), "the catalog runs without its default processors")
            .severity(setting.severity(Severity::Low))
            .why("they check the shape of built-in kinds and bind placeholders to their repository; what replaces them has to")
            .fix(Fix::manual("remove the key, and disable single processors with `processorOptions`"))
            .evidence(setting.evidence());
    }
    Ok(())
}
