//! What other backends need to check our tokens.

use serde_json::json;

use crate::call::{Call, json_answer};
use crate::table::Answered;

/// The keys of user tokens.
pub(super) async fn user_keys(call: Call) -> Answered {
    let auth = call.app.auth.load();
    Ok(json_answer(auth.users.jwks(call.at).to_string()))
}

/// The keys of our plugins' tokens.
pub(super) async fn plugin_keys(call: Call) -> Answered {
    let auth = call.app.auth.load();
    Ok(json_answer(auth.plugins.jwks(call.at).to_string()))
}

/// Where everything is (OpenID Connect Discovery 1.0). We are no provider for others, so there is no authorization
/// endpoint, and no token endpoint that could be called.
pub(super) async fn configuration(call: Call) -> Answered {
    let base = call.app.public_url();
    let issuer = format!("{}/api/auth", base.as_str().trim_end_matches('/'));
    Ok(json_answer(
        json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/v1/token"),
            "userinfo_endpoint": format!("{issuer}/v1/userinfo"),
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "scopes_supported": ["openid"],
            "token_endpoint_auth_methods_supported": [],
            "claims_supported": ["sub", "ent"],
            "grant_types_supported": [],
        })
        .to_string(),
    ))
}
