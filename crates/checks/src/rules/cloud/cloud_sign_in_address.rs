use crate::fix::Fix;
use crate::rules::http::{host, is_loopback};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Inapplicable, check };

/// Where registrations of applications have the addresses that codes and tokens are sent to.
const PLACES: &[(&str, &str)] = &[
    ("azuread_application", "web.redirect_uris"),
    ("azuread_application", "single_page_application.redirect_uris"),
    ("azuread_application_redirect_uris", "redirect_uris"),
    ("aws_cognito_user_pool_client", "callback_urls"),
    ("okta_app_oauth", "redirect_uris"),
    ("auth0_client", "callbacks"),
    ("keycloak_openid_client", "valid_redirect_uris"),
    ("gitlab_application", "redirect_url"),
];

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for (kind, path) in PLACES {
        for client in super::resources(cx, &[kind])? {
            for uri in client.at(path).map(Item::one_or_many).unwrap_or_default() {
                let Some((severity, what, why)) = uri.as_str().and_then(judge) else { continue };
                findings
                    .at(&uri.place, format!("`{}` signs in {what}", client.label()))
                    .severity(severity)
                    .why(why)
                    .fix(Fix::manual("name the portal's own address with https, and give developers a registration of their own"));
            }
        }
    }
    Ok(())
}

fn judge(uri: &str) -> Option<(Severity, &'static str, &'static str)> {
    let uri = uri.trim();
    let host_of = host(uri).unwrap_or_default();
    if uri == "*" || host_of.starts_with('*') || uri.starts_with("https://*") || uri.starts_with("http://*") {
        let why = "whoever sends a user to the provider with an address of their own gets the code, and the user's session";
        return Some((Severity::High, "to every address", why));
    }
    if !uri.starts_with("http://") {
        return None;
    }
    if is_loopback(&host_of) {
        let why = "whatever program listens there on a user's machine gets codes of the same registration that production uses";
        return Some((Severity::Low, "to the user's own machine", why));
    }
    let why = "the code that becomes a session passes in the clear";
    Some((Severity::Medium, "to a plain HTTP address", why))
}
