use super::csp_wide_source::is_wide;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for name in ["connect-src", "connectSrc"] {
        for setting in cx.settings(&format!("backend.csp.{name}"))? {
            if !setting.item.one_or_many().iter().any(|source| source.literal().is_some_and(is_wide)) {
                continue;
            }
            let mut narrow = setting
                .item
                .one_or_many()
                .iter()
                .filter_map(|source| source.literal())
                .filter(|source| !is_wide(source))
                .collect::<Vec<_>>();
            if narrow.is_empty() {
                narrow.push("'self'");
            }
            findings
                .at(setting.item.key_place(), "pages may send what they read to any host")
                .severity(Severity::Low)
                .why("a script that gets in has its way out; the template itself is this wide")
                .fix(Fix::suggested(
                    "name the hosts that the frontend calls",
                    vec![Edit::set(setting.item, narrow)],
                ))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
