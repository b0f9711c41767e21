use super::endpoint::fields;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Proxy, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for field in fields(*cx, "secure")? {
        if field.setting.item.as_bool() != Some(false) {
            continue;
        }
        let forwards = field.whole.get("credentials").and_then(Item::literal) == Some("forward");
        let carries = field.lends().is_some() || forwards;
        findings
            .at(
                field.setting.item.key_place(),
                format!("`{}` takes any certificate of its upstream", field.endpoint),
            )
            .severity(field.setting.severity(if carries { Severity::High } else { Severity::Medium }))
            .why(if carries {
                "whoever gets between sees the credential that the portal sends with each call"
            } else {
                "whoever gets between answers in the upstream's place"
            })
            .fix(Fix::suggested(
                "remove `secure: false`, and trust the upstream's authority with NODE_EXTRA_CA_CERTS",
                vec![Edit::remove(field.setting.item)],
            ))
            .evidence(field.setting.evidence());
    }
    Ok(())
}
