use crate::fix::Fix;
use crate::rules::in_code::added;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let all = added(cx.code()?);
    let productions = cx.productions()?;
    let off = productions.iter().find(|production| {
        production.at("permission.enabled").is_none_or(|enabled| enabled.as_bool() == Some(false))
    });
    let allow_all =
        all.iter().find(|one| one.is("@backstage/plugin-permission-backend-module-allow-all-policy"));
    for one in all.iter().filter(|one| one.is("@backstage/plugin-devtools-backend")) {
        let (how, place) = match (off, allow_all) {
            (Some(production), _) => ("permissions are off", production.near("permission.enabled")),
            (None, Some(module)) => ("the policy allows everything", &module.place),
            (None, None) => continue,
        };
        findings
            .at(&one.place, "everyone who is signed in reads the backend's configuration")
            .why("DevTools shows it whole; only keys that a schema marks as secret are masked")
            .fix(Fix::manual(
                "remove the plugin, or deny `devtools.*` to all but those who operate the portal",
            ))
            .because(Some(place), how);
    }
    Ok(())
}
