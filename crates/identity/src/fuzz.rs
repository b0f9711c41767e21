//! Bodies of fuzz targets: plain functions that take any bytes and assert what must always hold.
//!
//! `fuzz/` runs them under cargo-fuzz; the test below runs them over mutated seeds on every build.

use std::sync::LazyLock;

use model::{Secret, Timestamp};
use time::Duration;

use crate::backstage::{PluginKeys, PluginTokens, UserTokens};
use crate::external::{IssuerToken, LegacySecret};
use crate::jws::{Algorithm, Compact, KeySet, MAX_KEYS, MAX_TOKEN_BYTES, SigningKey};
use crate::sign_in::{Expected, IdClaims};

/// The key and the token of RFC 7515 §A.3, beside keys of the other kinds.
const PUBLISHED: &str = r#"{"keys": [
    {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
     "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "e"}
]}"#;
const SIGNED: &str = concat!(
    "eyJhbGciOiJFUzI1NiJ9.",
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
);

/// A moment within the times of the seeds' claims.
const NOW: i64 = 1_300_819_000;
const ISSUER: &str = "https://portal.example.com/api/auth";

/// What claims are signed with, so that they are looked at.
struct Signer {
    key: SigningKey,
    keys: KeySet,
}

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let (key, _) = SigningKey::generate("k1").expect("the system has a random source");
    let keys = KeySet::of([key.public()]);
    Signer { key, keys }
});

fn now() -> Timestamp {
    Timestamp::from_unix_timestamp(NOW).expect("a moment of this age")
}

/// Tokens: one spelling alone of what was signed is taken, by its own algorithm alone; everything else is refused, with
/// bounds on what it may claim.
pub fn token(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let keys = KeySet::parse(PUBLISHED).expect("two of these are keys");
    for (parsed, padded) in [(Compact::parse(text), false), (Compact::parse_padded(text), true)] {
        let Ok(compact) = parsed else { continue };
        assert!(text.len() <= MAX_TOKEN_BYTES && text.matches('.').count() == 2, "it was not split");
        if let Ok(Some(kid)) = compact.claimed_key() {
            assert!(kid.len() <= 256 && !kid.contains(char::is_control), "{kid:?}");
        }
        let _ = (compact.claimed_type(), compact.claimed_subject(), compact.claimed_on_behalf_of());
        for algorithm in Algorithm::ALL {
            if compact.verify(None, &keys, &[*algorithm]).is_ok() {
                let same = text == SIGNED || (padded && text.replace('=', "") == SIGNED.replace('=', ""));
                assert!(same && *algorithm == Algorithm::Es256, "{algorithm:?}");
            }
        }
    }
    let _ = (PluginTokens.claimed_source(text), PluginTokens.claimed_user_key(text));
}

/// Claims, signed by a key of ours under each type of token: whoever is let in by them is plain, and not for long.
pub fn claims(data: &[u8]) {
    let Ok(payload) = std::str::from_utf8(data) else { return };
    let Signer { key, keys } = &*SIGNER;
    let sign = |typ: &str| key.sign(typ, payload).expect("the system has a random source");
    let users = UserTokens::new(ISSUER, Duration::hours(1));
    let day = Duration::days(1);
    if let Ok(claims) = users.verify(&sign("vnd.backstage.user"), keys, now()) {
        assert_plain(claims.user().as_str());
        assert!(!claims.sign_in().is_empty() && claims.sign_in().len() <= 64);
        assert!(claims.expires_at() > now() && claims.expires_at() - claims.issued_at() <= day);
        // Whatever it says, a limited token comes of it that can be read.
        assert!(Compact::parse(claims.limited().expose()).is_ok());
    }
    if let Ok(claims) = users.verify_limited(&sign("vnd.backstage.limited-user"), keys, now()) {
        assert_plain(claims.user().as_str());
        assert!(claims.expires_at() > now() && claims.expires_at() - claims.issued_at() <= day);
    }
    let plugin = sign("vnd.backstage.plugin");
    for ours in [false, true] {
        let source = PluginKeys { plugin: "search", keys, ours };
        if let Ok(caller) = PluginTokens.verify(&plugin, source, "catalog", (&users, keys), now()) {
            assert_eq!(caller.plugin(), "search");
            assert_eq!(PluginTokens.claimed_source(&plugin).as_deref(), Some("search"));
            let service = caller.service();
            assert_eq!(service.is_none(), caller.on_behalf_of().is_some());
            let name = service.as_ref().and_then(crate::Principal::actor_id).unwrap_or_default();
            assert!(!name.to_ascii_lowercase().starts_with("user:"), "{name}");
            assert!(ours || service.is_none() || name == "plugin:search", "another's word: {name}");
        }
    }
    let token = sign("JWT");
    let expected = Expected {
        issuer: "https://id.example.com",
        client_id: "client",
        nonce: Some("n1"),
        access_token: None,
        algorithms: &[Algorithm::Es256],
    };
    if let Ok(claims) = IdClaims::verify(&token, keys, &expected, now()) {
        assert!(!claims.subject().is_empty());
    }
    let issuer = IssuerToken::new(vec!["joe".into()], vec!["backstage".into()], &[], Some("ci".into()), None);
    let issuer = issuer.expect("an issuer and an audience");
    if let Ok(principal) = issuer.verify(&token, keys, now()) {
        let name = principal.actor_id().unwrap_or_default();
        assert!(name.starts_with("external:ci:") && !name.contains(char::is_control), "{name:?}");
    }
    let secret = Secret::new("c2VjcmV0LXRoYXQtaXMtbG9uZy1lbm91Z2g=".to_owned());
    let legacy = LegacySecret::new(&secret, "ref-cli".to_owned(), None).expect("a secret");
    assert!(legacy.verify(&token, now()).is_err(), "a public key is no shared secret");
}

fn assert_plain(user: &str) {
    assert!(user.starts_with("user:") && user == user.to_lowercase(), "{user:?}");
    assert!(!user.contains(char::is_control), "{user:?}");
}

/// Sets of keys: bounded, and what is published of them is read again.
pub fn keys(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(set) = KeySet::parse(text) else { return };
    assert!((1..=MAX_KEYS).contains(&set.keys().len()));
    let published = set.jwks();
    if published["keys"].as_array().is_some_and(|keys| !keys.is_empty()) {
        let again = KeySet::parse(&published.to_string()).expect("what we publish can be read");
        assert_eq!(again.jwks(), published);
    }
    // Whatever the keys are, nothing is signed by them.
    assert!(Compact::parse(SIGNED).is_ok());
    let _ = Compact::parse(SIGNED).map(|compact| compact.verify(None, &set, Algorithm::ALL));
}

#[cfg(test)]
mod tests;
