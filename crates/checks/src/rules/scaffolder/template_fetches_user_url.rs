use super::origin::chosen_by_user;
use super::{all, asked};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        for step in template.steps().filter(|step| step.action.starts_with("fetch:")) {
            let Some(url) = step.item.at("input.url") else { continue };
            let names = url.as_str().map(|text| chosen_by_user(&template, text)).unwrap_or_default();
            let Some(first) = names.first() else { continue };
            findings
                .at(&url.place, format!("whoever runs the template chooses what `{}` reads, by `{}`", step.action, names.join("`, `")))
                .why("the backend reads it with the integration's credentials: also repositories that the user may not see, and files that are then published as theirs")
                .fix(Fix::manual("write host and owner down, or bound the picker with `allowedHosts` and `allowedOwners`, and pass the user's token"))
                .because(asked(&template, first), "the user types it")
                .because(Some(&step.item.place), format!("the step `{}` uses it", step.item.get("id").and_then(Item::as_str).unwrap_or(step.action)));
        }
    }
    Ok(())
}
