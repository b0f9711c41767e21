use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::Routes, severity: Severity::High, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let backends = cx.backends()?;
    let productions = cx.productions()?;
    let off = productions.iter().find(|production| {
        production.at("permission.enabled").is_none_or(|enabled| enabled.as_bool() == Some(false))
    });
    for (backend, one) in backends.iter().flat_map(|backend| {
        backend.adding("@backstage/plugin-devtools-backend").map(move |one| (backend, one))
    }) {
        let allow_all = backend.adds("@backstage/plugin-permission-backend-module-allow-all-policy");
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
