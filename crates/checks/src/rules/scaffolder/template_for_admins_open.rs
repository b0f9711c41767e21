use super::all;
use crate::Item;
use crate::code::backend::Added;
use crate::fix::Fix;
use crate::rules::permission::shows_whole_catalog;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Scaffolder, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// What a template says of itself that is only for some.
const SAYS: &[&str] = &[
    "admin only",
    "admins only",
    "admin-only",
    "administrators only",
    "only admins",
    "only for admins",
    "only administrators",
    "only for administrators",
    "restricted to admins",
    "for administrators only",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let templates = all(*cx)?;
    // Roles and conditional policies may keep templates from people; whether they do, is not in the code.
    let decides_elsewhere = |added: &Added<'_>| {
        added.source().is_some_and(|source| {
            source.contains("rbac") || source.contains("-policy") && !source.contains("allow-all")
        })
    };
    let roles =
        cx.backends().is_ok_and(|all| all.iter().flat_map(|backend| &backend.added).any(decides_elsewhere));
    if roles || !cx.code().is_ok_and(shows_whole_catalog) {
        return Ok(());
    }
    for template in templates {
        let metadata = ["metadata.title", "metadata.description"];
        let said = metadata.iter().filter_map(|path| template.entity.item.at(path)).find(|item| says(item));
        let Some(said) = said else { continue };
        let mut is_tagged = false;
        template.entity.item.walk(&mut |_, item| is_tagged |= item.get("backstage:permissions").is_some());
        if is_tagged {
            continue;
        }
        findings
            .at(&said.place, format!("the template `{}` is for administrators only, and nothing keeps others from running it", template.entity.name()))
            .confidence(Confidence::Medium)
            .why("the policy shows the whole catalog to everybody, and no step or parameter has a permission tag")
            .fix(Fix::manual("tag its steps and parameters with `backstage:permissions`, and let the policy answer for that tag by group"));
    }
    Ok(())
}

fn says(item: &Item) -> bool {
    let text = item.as_str().unwrap_or_default().to_lowercase();
    SAYS.iter().any(|words| text.contains(words))
}
