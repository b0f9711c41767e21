use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

use super::workflow;

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Secrets, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for workflow in workflow::all(*cx)? {
        let mut places = Vec::new();
        workflow.root.walk(&mut |_, item| {
            let text = item.as_str().filter(|text| text.contains("${{")).map(str::to_ascii_lowercase);
            let bare: String = text.unwrap_or_default().split_whitespace().collect();
            if bare.contains("tojson(secrets)") {
                places.push(&item.place);
            }
        });
        for place in places {
            findings
                .at(place, "all secrets of the repository are handed over at once")
                .why("whatever runs there gets every secret, also those that are added later for something else")
                .fix(Fix::manual("name the secrets that it needs, one by one"));
        }
    }
    Ok(())
}
