use crate::fix::Fix;
use crate::{Checklist, Context, Findings, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Low, serve: Serve::Inapplicable, check };

/// Where registrations of applications say that tokens are handed out in addresses.
const PLACES: &[(&str, &str)] = &[
    ("azuread_application", "web.implicit_grant.access_token_issuance_enabled"),
    ("azuread_application", "oauth2_allow_implicit_flow"),
    ("aws_cognito_user_pool_client", "allowed_oauth_flows"),
    ("okta_app_oauth", "grant_types"),
    ("auth0_client", "grant_types"),
    ("keycloak_openid_client", "implicit_flow_enabled"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, path) in PLACES {
        for client in super::resources(cx, &[kind])? {
            let Some(item) = client.at(path) else { continue };
            let named = item.items().iter().any(|grant| grant.as_str() == Some("implicit"));
            if !item.is_true() && !named {
                continue;
            }
            findings
                .at(item.key_place(), format!("`{}` hands out access tokens in addresses", client.label()))
                .why("the implicit grant puts tokens into the browser's history and logs; Backstage signs in with a code, and needs none of it")
                .fix(Fix::manual("take it out: the authorization code flow is what the portal uses"));
        }
    }
    Ok(())
}
