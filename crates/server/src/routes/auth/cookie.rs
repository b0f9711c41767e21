//! `/.backstage/auth/v1` of every plugin: the cookie of a limited user token, and the keys of plugins' tokens.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use identity::{Principal, bearer};
use serde_json::json;
use time::Duration;
use time::format_description::well_known::{Rfc2822, Rfc3339};

use super::published::plugin_keys;
use crate::auth::token;
use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::guard::LIMITED_COOKIE;
use crate::table::{Answered, Face, Table};

/// A cookie that is valid for longer than this is left as it is.
const FRESH: Duration = Duration::minutes(5);
/// When a cookie expired that is taken away.
const LONG_AGO: &str = "Thu, 01 Jan 1970 00:00:00 GMT";

macro_rules! of_plugins {
    ($table:ident, $($plugin:literal),+) => {{
        let sets = "it puts the caller's own limited token into a cookie";
        let takes = "it takes the caller's cookie away";
        let keys = "public keys, with which other backends check what our plugins ask of them";
        $(let $table = $table
            .signed_in(Face::Api, "GET", concat!("/api/", $plugin, "/.backstage/auth/v1/cookie"), sets, set)
            .signed_in(Face::Api, "DELETE", concat!("/api/", $plugin, "/.backstage/auth/v1/cookie"), takes, clear)
            .open(Face::Api, "GET", concat!("/api/", $plugin, "/.backstage/auth/v1/jwks.json"), keys, plugin_keys);)+
        $table
    }};
}

pub(super) fn rows(table: Table) -> Table {
    of_plugins!(table, "auth", "catalog")
}

/// Whether a plugin is one of ours, whose tokens our own keys sign.
pub(crate) fn is_own_plugin(plugin: &str) -> bool {
    matches!(plugin, "auth" | "catalog")
}

async fn set(principal: Principal, call: Call) -> Answered {
    let Principal::User(_) = &principal else {
        return Err(ApiError::input("Only users have a cookie; this token is a program's"));
    };
    let shown = call.header(header::AUTHORIZATION).and_then(|value| bearer(value).ok().flatten());
    let claims = match shown {
        Some(token) => token::user_claims(&call, token).await?,
        None => None,
    };
    let Some(claims) = claims else {
        return Err(ApiError::input("The cookie is made from a user token of the frontend"));
    };
    // Of the same person, and good for a while: it stays.
    if let Some((user, until)) = token::of_cookie(&call).await?
        && user == *claims.user()
        && until > call.at + FRESH
    {
        return answer(until);
    }
    let until = claims.expires_at();
    let mut response = answer(until)?;
    let expires = until.format(&Rfc2822).map_err(ApiError::internal)?.replace("+0000", "GMT");
    write(&call, response.headers_mut(), claims.limited().expose(), &expires);
    Ok(response)
}

async fn clear(_: Principal, call: Call) -> Answered {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    write(&call, response.headers_mut(), "", LONG_AGO);
    Ok(response)
}

fn answer(until: model::Timestamp) -> Answered {
    let until = until.format(&Rfc3339).map_err(ApiError::internal)?;
    Ok(json_answer(json!({ "expiresAt": until }).to_string()))
}

/// Without a `Domain`, so that no other host is sent it; Node backends name their host, which its subdomains match too,
/// and which makes another cookie: it is taken away first, so that one is left.
fn write(call: &Call, headers: &mut HeaderMap, value: &str, expires: &str) {
    let url = call.app.public_url();
    let host = url.host_str().unwrap_or_default();
    let secure = call.app.secure() || host == "localhost";
    let attributes =
        if secure { "; Secure; Priority=High; SameSite=None" } else { "; Priority=High; SameSite=Lax" };
    let of_domain =
        format!("{LIMITED_COOKIE}=; Domain={host}; Path=/; Expires={LONG_AGO}; HttpOnly{attributes}");
    let cookie = format!("{LIMITED_COOKIE}={value}; Path=/; Expires={expires}; HttpOnly{attributes}");
    for cookie in [of_domain, cookie] {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}
