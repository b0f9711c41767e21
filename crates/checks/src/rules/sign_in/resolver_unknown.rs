use super::resolvers;
use crate::fix::Fix;
use crate::{Checklist, Confidence, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Reports, check };

/// The resolvers that come with the providers' modules, up to 1.55.
const KNOWN: &[&str] = &[
    "emailMatchingUserEntityProfileEmail",
    "emailLocalPartMatchingUserEntityName",
    "emailMatchingUserEntityAnnotation",
    "usernameMatchingUserEntityName",
    "userIdMatchingUserEntityAnnotation",
    "userIdMatchingMicrosoftUserEntityAnnotation",
    "idMatchingUserEntityAnnotation",
    "identityMatchingUserEntityAnnotation",
    "preferredUsernameMatchingUserEntityName",
    "oidcSubClaimMatchingKeycloakUserId",
    "oidcSubClaimMatchingPingIdentityUserId",
    "userNameMatchingUserEntityName",
    "forwardedUserMatchingUserEntityName",
    "sessionNameMatchingUserEntityName",
];

/// Providers whose modules are the reference's own; somebody else's have resolvers of their own.
const COMMON: &[&str] = &[
    "github",
    "gitlab",
    "google",
    "microsoft",
    "oidc",
    "okta",
    "onelogin",
    "auth0",
    "bitbucket",
    "atlassian",
    "oauth2",
    "oauth2Proxy",
    "awsalb",
    "gcpIap",
    "cfaccess",
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    let files = &cx.repository().files;
    for resolver in resolvers::all(cx)? {
        let name = resolver.name;
        if name.is_empty() || name.contains('$') || !COMMON.contains(&resolver.provider.as_str()) {
            continue;
        }
        let by_code = || {
            files.iter().any(|file| {
                let is_code = [".ts", ".tsx", ".js"].iter().any(|end| file.path.ends_with(end));
                is_code && file.text().is_some_and(|text| text.contains(name))
            })
        };
        if KNOWN.contains(&name) || name.contains("MatchingUserEntityAnnotation") || by_code() {
            continue;
        }
        findings
            .at(&resolver.setting.item.place, format!("no provider has a sign-in resolver `{name}`"))
            .severity(resolver.setting.severity(Severity::Medium))
            .confidence(Confidence::Medium)
            .why("the backend does not start with it, or the next resolver decides, which may be a wider one")
            .fix(Fix::manual("use one that the provider has, such as `emailMatchingUserEntityProfileEmail`"))
            .evidence(resolver.setting.evidence());
    }
    Ok(())
}
