use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Http, severity: Severity::Low, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in cx.settings("backend.referrer.policy")? {
        let weak = setting.item.one_or_many().iter().find(|policy| {
            policy.literal().is_some_and(|text| {
                matches!(
                    text.trim(),
                    "unsafe-url" | "no-referrer-when-downgrade" | "origin-when-cross-origin"
                )
            })
        });
        let Some(weak) = weak else { continue };
        findings
            .at(
                &weak.place,
                format!(
                    "other sites are told of the portal's addresses: `{}`",
                    weak.literal().unwrap_or_default()
                ),
            )
            .severity(setting.severity(Severity::Low))
            .why("paths hold names of systems and people, and sometimes a code")
            .fix(Fix::suggested(
                "remove the key: `no-referrer` is the default",
                vec![Edit::remove(setting.item)],
            ))
            .evidence(setting.evidence());
    }
    Ok(())
}
