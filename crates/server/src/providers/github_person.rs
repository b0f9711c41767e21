//! Who an access token of GitHub's is of.

use identity::sign_in::{Email, Profile};
use model::Secret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::github::API;
use super::{ProviderError, Refusal, fetch};
use crate::outbound::{Call, Method, Partner};

/// Most addresses that are looked at.
const ADDRESSES: usize = 200;

/// A person of GitHub's.
pub(super) struct Person {
    /// The number of the account, which is never used again; a login is.
    pub(super) subject: String,
    pub(super) profile: Profile,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    node_id: String,
    login: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

/// Asks whose token it is and, where resolvers need it, for her address: the primary one, which counts if it is verified.
/// An address that she only shows on her page is not said to be verified.
pub(super) async fn person(
    partner: &Partner,
    api: &Url,
    token: &Secret<String>,
    with_email: bool,
) -> Result<Person, ProviderError> {
    let user: User = ask(partner, &at(api, "user"), token).await?.ok_or(Refusal::Unknown)?;
    let text = |text: Option<String>| text.as_deref().and_then(Profile::text);
    let mut email = user.email.as_deref().and_then(|email| Email::new(email, None));
    if with_email {
        let mut url = at(api, "user/emails");
        url.set_query(Some("per_page=100"));
        // An app without the permission gets no list; then no address counts.
        let addresses: Vec<Address> = ask(partner, &url, token).await?.unwrap_or_default();
        let primary = addresses.iter().take(ADDRESSES).find(|address| address.primary);
        email = primary.and_then(|address| Email::new(&address.email, Some(address.verified))).or(email);
    }
    let username = Profile::text(&user.login).ok_or_else(|| ProviderError::garbled(api))?;
    let profile = Profile {
        email,
        unsaid_email_counts: false,
        display_name: text(user.name).or_else(|| Some(username.clone())),
        username: Some(username),
        id: Profile::text(&user.node_id),
        picture: text(user.avatar_url),
    };
    Ok(Person { subject: user.id.to_string(), profile })
}

fn at(api: &Url, path: &str) -> Url {
    let mut url = api.clone();
    url.set_path(&format!("{}/{path}", api.path().trim_end_matches('/')));
    url
}

/// `None` where the API keeps it from this token.
async fn ask<T: DeserializeOwned>(
    partner: &Partner,
    url: &Url,
    token: &Secret<String>,
) -> Result<Option<T>, ProviderError> {
    let authorization = fetch::bearer(token).ok_or(Refusal::Grant)?;
    let call = Call { url, method: Method::Get, accept: API, authorization: Some(&authorization) };
    let reply = partner.call(call).await?;
    if let Some(error) = ProviderError::of_status(url, reply.status) {
        return Err(error);
    }
    match reply.status.as_u16() {
        200 => serde_json::from_slice(&reply.body).map(Some).map_err(|_| ProviderError::garbled(url)),
        401 => Err(Refusal::Grant.into()),
        _ => Ok(None),
    }
}
