use super::resolvers;
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for resolver in resolvers::all(cx)? {
        let is_chosen = matches!(
            (resolver.provider.as_str(), resolver.name),
            ("atlassian" | "oauth2", "usernameMatchingUserEntityName")
        );
        if !is_chosen {
            continue;
        }
        findings
            .at(
                &resolver.setting.item.place,
                format!("`{}` takes the name that people give themselves for a user's", resolver.provider),
            )
            .severity(resolver.setting.severity(Severity::Medium))
            .confidence(Confidence::Medium)
            .why("who changes that name at the identity provider to a colleague's signs in as the colleague")
            .fix(Fix::manual("use a resolver that matches a verified e-mail address or an id"))
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}
