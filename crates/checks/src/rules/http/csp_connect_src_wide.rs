use super::csp_wide_source::is_wide;
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for name in ["connect-src", "connectSrc"] {
        for setting in cx.settings(&format!("backend.csp.{name}"))? {
            if !setting.item.one_or_many().iter().any(|source| source.literal().is_some_and(is_wide)) {
                continue;
            }
            findings
                .at(setting.item.key_place(), "pages may send what they read to any host")
                .severity(Severity::Low)
                .why("a script that gets in has its way out; the template itself is this wide")
                // Which hosts the app's plugins call is not known here: that of GitHub, to begin with.
                .fix(Fix::manual("name the hosts that the frontend calls, beside `'self'`"))
                .evidence(setting.evidence());
        }
    }
    Ok(())
}
