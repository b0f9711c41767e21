use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for name in ["frame-ancestors", "frameAncestors"] {
        for setting in cx.settings(&format!("backend.csp.{name}"))? {
            let off = setting.item.as_bool() == Some(false);
            let wide = setting
                .item
                .one_or_many()
                .iter()
                .any(|source| source.literal().is_some_and(super::csp_wide_source::is_wide));
            if !off && !wide {
                continue;
            }
            findings
                .at(setting.item.key_place(), "any site may show the portal in a frame")
                .severity(setting.severity(Severity::Medium))
                .why("a page over the frame has people click on what they do not see")
                .fix(Fix::manual("allow `'self'`, and by name the sites that embed the portal"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
