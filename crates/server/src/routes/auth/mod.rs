//! `/api/auth`: signing in for the frontend, as the reference's auth plugin does it (contract of plugin-auth-backend 0.30).

mod access_only;
mod cookie;
mod frame;
mod logout;
mod published;
mod refresh;
pub(crate) mod start;
mod userinfo;

use http::{HeaderMap, header};

use crate::auth::Auth;
use crate::call::Call;
use crate::error::ApiError;
use crate::providers::{Configured, Way};
use crate::table::{Face, Table};

pub(crate) use cookie::is_own_plugin;

pub(super) fn rows(table: Table) -> Table {
    let begins = "the way to the identity provider: whoever takes it is not signed in yet";
    let comes = "where the identity provider sends people back to; it takes what this browser was sent away with, once";
    let renews = "it takes the refresh cookie of a sign-in, and a header that other sites' pages cannot send";
    let ends = "it ends the sign-in of the cookie that it is shown";
    let keys = "public keys, with which other backends check our tokens";
    let table = table
        .open(Face::Api, "GET", "/api/auth/{provider}/start", begins, start::start)
        .open(Face::Api, "GET", "/api/auth/{provider}/handler/frame", comes, frame::by_query)
        .open(Face::Api, "POST", "/api/auth/{provider}/handler/frame", comes, frame::by_form)
        .open(Face::Api, "GET", "/api/auth/{provider}/refresh", renews, refresh::refresh)
        .open(Face::Api, "POST", "/api/auth/{provider}/refresh", renews, refresh::refresh)
        .open(Face::Api, "POST", "/api/auth/{provider}/logout", ends, logout::logout)
        .open(Face::Api, "GET", "/api/auth/.well-known/jwks.json", keys, published::user_keys)
        .open(Face::Api, "GET", "/api/auth/.well-known/openid-configuration", keys, published::configuration);
    cookie::rows(userinfo::rows(table))
}

/// The environment that a request names.
fn environment(query: &[(String, String)]) -> Option<&str> {
    first(query, "env").filter(|env| !env.is_empty())
}

/// The first value of a name.
fn first<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find_map(|(key, value)| (key == name).then_some(value.as_str()))
}

/// The provider of the path in the environment that the query names; with the reference's words where there is none.
fn configured<'a>(
    call: &Call,
    auth: &'a Auth,
    environment: Option<&str>,
) -> Result<&'a Configured, ApiError> {
    let id = call.param("provider");
    let mut of_id = auth.providers.iter().filter(|one| one.settings.id == id).peekable();
    if of_id.peek().is_none() {
        return Err(ApiError::not_found(format!("Unknown auth provider '{id}'")));
    }
    if let Some(without) = auth.providers.find(id, None) {
        return Ok(without);
    }
    let environment =
        environment.ok_or_else(|| ApiError::input("Must specify 'env' query to select environment"))?;
    auth.providers.find(id, Some(environment)).ok_or_else(|| {
        ApiError::not_found(format!(
            "No configuration available for the '{environment}' environment of this provider."
        ))
    })
}

/// A provider that people are sent to; the others have nothing behind these paths.
fn by_code(configured: &Configured) -> Result<&crate::providers::Provider, ApiError> {
    match &configured.way {
        Way::Code(provider) => Ok(provider),
        Way::Proxy(_) | Way::Guest(_) => Err(ApiError::not_implemented()),
    }
}

/// The header that the frontend sends and other sites' pages cannot.
fn is_from_script(headers: &HeaderMap) -> Result<(), ApiError> {
    let named = headers.get("x-requested-with").and_then(|value| value.to_str().ok());
    match named {
        Some("XMLHttpRequest") => Ok(()),
        _ => Err(ApiError::unauthenticated("Invalid X-Requested-With header")),
    }
}

/// Refuses a request that says it comes from a page of another site.
fn is_of_ours(call: &Call, auth: &Auth) -> Result<(), ApiError> {
    let Some(origin) = call.header(header::ORIGIN) else { return Ok(()) };
    match auth.origins.named(origin) {
        Some(named) if named == origin => Ok(()),
        _ => Err(ApiError::not_allowed(format!("Origin '{origin}' is not allowed"))),
    }
}
