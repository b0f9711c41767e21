use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::ServiceCredentials, severity: Severity::High, serve: Serve::Refuses, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for setting in
        cx.settings("backend.auth.externalAccess.*")?.filter(|setting| !setting.is_for_development())
    {
        let is_jwks = setting.item.get("type").and_then(Item::literal) == Some("jwks");
        let Some(options) =
            setting.item.get("options").filter(|options| is_jwks && options.as_map().is_some())
        else {
            continue;
        };
        let missing: Vec<&str> = ["issuer", "audience"]
            .into_iter()
            .filter(|key| options.get(key).is_none_or(|item| item.one_or_many().is_empty()))
            .collect();
        if missing.is_empty() {
            continue;
        }
        findings
            .at(&setting.item.place, format!("tokens are accepted whatever their {}", missing.join(" and ")))
            .severity(setting.severity(Severity::High))
            .why("a token that the same keys signed for any other application, or tenant, is a service credential here")
            .fix(Fix::manual(format!("set `{}` in its options", missing.join("` and `"))))
            .evidence(setting.evidence());
    }
    Ok(())
}
