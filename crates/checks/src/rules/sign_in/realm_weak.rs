use super::realm::{self, Realm};
use crate::fix::{Edit, Fix};
use crate::{Checklist, Context, Findings, Item, Ran, Rule, Serve, Severity};

pub(super) const RULE: Rule =
    Rule { checklist: Checklist::SignIn, severity: Severity::Medium, serve: Serve::Inapplicable, check };

fn check(cx: &Context<'_>, findings: &mut Findings) -> Ran {
    for realm in realm::all(*cx)? {
        own(&realm, findings);
        for client in realm.clients() {
            of_client(&realm, client, findings);
        }
    }
    Ok(())
}

fn own(realm: &Realm<'_>, findings: &mut Findings) {
    let less = u8::from(realm.is_local);
    if let Some(flag) = realm.root.get("bruteForceProtected").filter(|flag| flag.as_bool() == Some(false)) {
        findings
            .at(flag.key_place(), "the identity provider lets passwords be guessed without end")
            .severity(Severity::Medium.less(less))
            .why("accounts are never locked, however often a wrong password comes")
            .fix(Fix::suggested("set `bruteForceProtected: true`", vec![Edit::set(flag, true)]));
    }
    if let Some(ssl) = realm.root.get("sslRequired").filter(|ssl| ssl.as_str() == Some("none")) {
        findings
            .at(ssl.key_place(), "the identity provider takes passwords over plain HTTP from everywhere")
            .severity(Severity::High.less(less))
            .why("passwords and tokens of everybody cross the network as plain text")
            .fix(Fix::suggested("set `sslRequired: external`", vec![Edit::set(ssl, "external")]));
    }
}

fn of_client(realm: &Realm<'_>, client: &Item, findings: &mut Findings) {
    // Keycloak's own clients are as it makes them.
    let id = client.get("clientId").and_then(Item::as_str).unwrap_or_default();
    let is_own = matches!(
        id,
        "account"
            | "account-console"
            | "admin-cli"
            | "broker"
            | "realm-management"
            | "security-admin-console"
    );
    let is_off = client.get("enabled").is_some_and(|flag| flag.as_bool() == Some(false));
    let has_flow = client.get("standardFlowEnabled").is_none_or(|flag| flag.as_bool() != Some(false));
    if is_own || is_off || !has_flow {
        return;
    }
    let uris = client.get("redirectUris").map(Item::items).unwrap_or_default();
    for uri in uris.iter().filter(|uri| uri.as_str().is_some_and(is_everywhere)) {
        findings
            .at(&uri.place, format!("the client `{id}` signs in to every address"))
            .severity(Severity::High.less(u8::from(realm.is_local)))
            .why("whoever sends a user there with an address of their own gets the code, and the user's session")
            .fix(Fix::manual("name the portal's own address: `https://portal.example.com/api/auth/oidc/handler/frame`"));
    }
}

/// `*`, `https://*`, `http://*/x`: a host that is anybody's.
fn is_everywhere(uri: &str) -> bool {
    let host = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    host == "*" || host.starts_with("*/") || host == "*:*"
}
