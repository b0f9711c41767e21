use super::resolvers;
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::High, serve: Serve::Refuses, check };

const KEY: &str = "dangerouslyAllowSignInWithoutUserInCatalog";

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for resolver in resolvers::all(cx)? {
        let Some(item) = resolver.option(KEY).filter(|item| item.is_true()) else { continue };
        let open = resolvers::is_open_to_all(&resolver.provider);
        let severity = if open { Severity::Critical } else { Severity::High };
        let whom =
            if open { "everybody with an account there" } else { "everybody the identity provider knows" };
        findings
            .at(
                item.key_place(),
                format!("`{}` signs in people who are not in the catalog", resolver.provider),
            )
            .severity(resolver.setting.severity(severity))
            .why(format!("{whom} gets an identity, under a name that is guessed and may be somebody's"))
            .fix(Fix::suggested(
                "remove the key, and ingest the people who may sign in",
                vec![Edit::remove(item)],
            ))
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}
