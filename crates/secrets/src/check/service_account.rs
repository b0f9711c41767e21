//! A JSON Web Token that a Kubernetes cluster made for a service account.
//!
//! Source: <https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/>

use serde_json::Value;
use time::OffsetDateTime;

use super::{base64_json, jwt};

/// Whether the token's claims say so, and it may still be used at `now`.
pub(super) fn holds(token: &[u8], now: OffsetDateTime) -> bool {
    let payload = token.split(|byte| *byte == b'.').nth(1);
    let Some(claims) = payload.and_then(base64_json::object) else { return false };
    let text = |key: &str| claims.get(key).and_then(Value::as_str).unwrap_or_default();
    let names_account = claims.keys().any(|key| key.starts_with("kubernetes.io"))
        || text("sub").starts_with("system:serviceaccount:")
        || text("iss") == "kubernetes/serviceaccount";
    names_account && jwt::holds(token, now)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn the_claims_name_a_service_account() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let token = |claims: &str| {
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
            format!("{header}.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)).into_bytes()
        };
        assert!(holds(&token(r#"{"sub":"system:serviceaccount:a:b"}"#), now));
        assert!(holds(&token(r#"{"kubernetes.io":{"namespace":"a"}}"#), now));
        assert!(!holds(&token(r#"{"sub":"system:serviceaccount:a:b","exp":-1}"#), now));
        assert!(!holds(&token(r#"{"sub":"ada"}"#), now));
        assert!(!holds(b"eyJ", now));
    }
}
