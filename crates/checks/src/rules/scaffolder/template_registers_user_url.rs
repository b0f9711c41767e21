use super::origin::chosen_by_user;
use super::{all, asked};
use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for template in all(*cx)? {
        // The steps of one template that take the same from the user are one thing to mend.
        let mut told: Vec<Vec<String>> = Vec::new();
        for step in template.steps().filter(|step| step.action == "catalog:register") {
            for key in ["input.repoContentsUrl", "input.catalogInfoUrl"] {
                let Some(url) = step.item.at(key) else { continue };
                let names = url.as_str().map(|text| chosen_by_user(&template, text)).unwrap_or_default();
                let Some(first) = names.first() else { continue };
                if told.contains(&names) {
                    continue;
                }
                told.push(names.clone());
                findings
                    .at(
                        &url.place,
                        format!("whoever runs the template registers any repository, by `{}`", names.join("`, `")),
                    )
                    .why("a location of the user's choice enters the catalog, also where the page for registering is closed to them")
                    .fix(Fix::manual("register what a step published: `${{ steps.publish.output.repoContentsUrl }}`"))
                    .because(asked(&template, first), "the user types it");
            }
        }
    }
    Ok(())
}
