use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Pod, severity: Severity::Low, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for property in super::properties(cx, &["enableExecuteCommand"])? {
        if property.is(true) {
            findings
                .at(&property.place, "a shell can be opened in the portal's tasks")
                .why("who may do so in the account reads every secret that the portal has")
                .fix(Fix::suggested(
                    "switch it off outside of an emergency",
                    vec![Edit::Replace { place: property.value.place(), text: "false".to_owned() }],
                ));
        }
    }
    Ok(())
}
