use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;

fn b64(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A token with any header over some payload, signed by a key of ours whatever the header says.
fn forged(key: &SigningKey, header: &str, payload: &str) -> String {
    let whole = key.sign("x", payload).expect("signed");
    let payload = whole.split('.').nth(1).expect("a payload").to_owned();
    format!("{}.{payload}.{}", b64(header), whole.rsplit('.').next().expect("a signature"))
}

fn taken(token: &str, keys: &KeySet, allowed: &[Algorithm]) -> Result<Value, Rejected> {
    Compact::parse(token)?.verify(None, keys, allowed)?.claims()
}

#[test]
fn what_is_signed_is_taken_and_nothing_else_is_read() {
    let (key, kept) = SigningKey::generate("one").expect("a key");
    let keys = KeySet::of([key.public()]);
    let token = key.sign("t", r#"{"a":1}"#).expect("signed");
    assert_eq!(taken(&token, &keys, &[Algorithm::Es256]), Ok(json!({"a": 1})));
    let again = SigningKey::from_pkcs8("one", &kept).expect("the key");
    assert_eq!(again.public().jwk(), key.public().jwk());
    let published = KeySet::of([key.public()]).jwks().to_string();
    let published = KeySet::parse(&published).expect("a set");
    assert_eq!(taken(&token, &published, &[Algorithm::Es256]), Ok(json!({"a": 1})));
    assert!(published.knows("one") && !published.knows("two"));
    assert_eq!(format!("{key:?}"), "SigningKey(one)");
    assert_eq!(format!("{kept:?}"), "Secret<alloc::vec::Vec<u8>>");
}

#[test]
fn a_header_cannot_choose_how_it_is_checked() {
    let (key, _) = SigningKey::generate("one").expect("a key");
    let (other, _) = SigningKey::generate("one").expect("a key");
    let keys = KeySet::of([key.public()]);
    let with = |header: &str| taken(&forged(&key, header, "{}"), &keys, Algorithm::ALL);
    for (header, why) in [
        (r#"{"alg":"none"}"#, Rejected::Algorithm),
        (r#"{"alg":"None","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"nOnE","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"HS256","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"HS512","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"es256","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"ES256K","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"RSA-OAEP","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"dir","enc":"A256GCM","kid":"one"}"#, Rejected::Algorithm),
        (r#"{"alg":"RS256","kid":"one"}"#, Rejected::UnknownKey),
        (r#"{"alg":"PS256","kid":"one"}"#, Rejected::UnknownKey),
        (r#"{"alg":"EdDSA","kid":"one"}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES384","kid":"one"}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES256","kid":"two"}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES256","kid":""}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES256","kid":"../../../../dev/null"}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES256","kid":"one' OR '1'='1"}"#, Rejected::UnknownKey),
        (r#"{"alg":"ES256","kid":"one\u0000"}"#, Rejected::Header),
        (r#"{"alg":"ES256","kid":1}"#, Rejected::Header),
        (r#"{"alg":"ES256","kid":["one"]}"#, Rejected::Header),
        (r#"{"alg":["ES256"],"kid":"one"}"#, Rejected::Header),
        (r#"{"alg":"ES256","alg":"none","kid":"one"}"#, Rejected::Header),
        (r#"{"kid":"one"}"#, Rejected::Header),
        (r#"{"alg":"ES256","kid":"one","crit":["exp"]}"#, Rejected::Header),
        (r#"{"alg":"ES256","kid":"one","crit":[]}"#, Rejected::Header),
        (r#"{"alg":"ES256","kid":"one","b64":false,"crit":["b64"]}"#, Rejected::Header),
        ("[]", Rejected::Header),
        ("null", Rejected::Header),
        ("", Rejected::Header),
        ("{", Rejected::Header),
        (r#"{"alg":"ES256","kid":"one"} "#, Rejected::Signature),
        (r#"{"alg":"ES256","kid":"one","jku":"https://evil.example/keys"}"#, Rejected::Signature),
    ] {
        assert_eq!(with(header), Err(why), "{header}");
    }
    let long = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, "k".repeat(300));
    assert_eq!(with(&long), Err(Rejected::Header));
    let deep = format!(r#"{{"alg":"ES256","kid":"one","x":{}{}}}"#, "[".repeat(500), "]".repeat(500));
    assert_eq!(with(&deep), Err(Rejected::Signature), "what nobody asks for is not built");
    // A key in the header is no key of ours, nor is one of the same name.
    let own = json!({"alg": "ES256", "kid": "one", "jwk": other.public().jwk()}).to_string();
    let of_another = forged(&other, &own, "{}");
    assert_eq!(taken(&of_another, &keys, Algorithm::ALL), Err(Rejected::Signature));
    let token = other.sign("t", "{}").expect("signed");
    assert_eq!(taken(&token, &keys, Algorithm::ALL), Err(Rejected::Signature));
}

#[test]
fn a_token_has_one_spelling() {
    let (key, _) = SigningKey::generate("one").expect("a key");
    let keys = KeySet::of([key.public()]);
    let token = key.sign("t", r#"{"a":1}"#).expect("signed");
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts") };
    let verify = |token: &str| taken(token, &keys, &[Algorithm::Es256]);
    let changed = b64(r#"{"a":2}"#);
    let short = b64([1; 60]);
    let standard = STANDARD.encode([0xfb; 64]);
    let padded = URL_SAFE.encode([1; 64]);
    // The last letter of 64 bytes carries four bits that belong to nothing.
    let loose = format!("{}{}", &signature[..85], if signature.ends_with('A') { 'B' } else { 'h' });
    for (name, token, why) in [
        ("nothing", String::new(), Rejected::Form),
        ("dots", "..".to_owned(), Rejected::Header),
        ("two parts", format!("{header}.{payload}"), Rejected::Form),
        ("four parts", format!("{token}.x"), Rejected::Form),
        ("five parts, an encrypted token", format!("{token}.x.y"), Rejected::Form),
        ("no signature", format!("{header}.{payload}."), Rejected::Signature),
        ("no header", format!(".{payload}.{signature}"), Rejected::Header),
        ("another payload", format!("{header}.{changed}.{signature}"), Rejected::Signature),
        ("no payload", format!("{header}..{signature}"), Rejected::Signature),
        (
            "payload and signature changed places",
            format!("{header}.{signature}.{payload}"),
            Rejected::Signature,
        ),
        ("a shorter signature", format!("{header}.{payload}.{short}"), Rejected::Signature),
        ("a longer signature", format!("{header}.{payload}.{signature}AAAA"), Rejected::Signature),
        ("zeros", format!("{header}.{payload}.{}", b64([0; 64])), Rejected::Signature),
        ("padding", format!("{header}.{payload}.{padded}"), Rejected::Form),
        ("the other alphabet", format!("{header}.{payload}.{standard}"), Rejected::Form),
        ("bits of nothing", format!("{header}.{payload}.{loose}"), Rejected::Form),
        ("white space", format!(" {token}"), Rejected::Form),
        ("a line", format!("{token}\n"), Rejected::Form),
        ("a NUL", format!("{token}\0"), Rejected::Form),
        ("letters of others", format!("{token}ä"), Rejected::Form),
        ("too long", format!("{header}.{}.{signature}", "a".repeat(MAX_TOKEN_BYTES)), Rejected::TooLong),
        ("a long signature", format!("{header}.{payload}.{}", "A".repeat(4000)), Rejected::Form),
    ] {
        assert_eq!(verify(&token), Err(why), "{name}");
    }
    assert!(verify(&token).is_ok());
}

#[test]
fn providers_sign_with_their_keys() {
    let random = SystemRandom::new();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    // RSAPublicKey in DER: a sequence of the modulus, behind nine bytes that say so, and the exponent.
    let (n, e) = (b64(&rsa.public_key().as_ref()[9..265]), "AQAB");
    let ed = Ed25519KeyPair::generate().expect("a key");
    let x = b64(ed.public_key().as_ref());
    let set = json!({"keys": [
        {"kty": "RSA", "n": n, "e": e, "kid": "r", "alg": "RS256", "use": "sig"},
        {"kty": "RSA", "n": n, "e": e, "kid": "any"},
        {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "e"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "RSA", "n": n, "e": e, "kid": "encrypts", "use": "enc"},
        {"kty": "EC", "crv": "P-256", "x": x, "kid": "half"},
        {"kty": "RSA", "n": n, "e": e, "kid": "wraps", "alg": "RSA-OAEP"},
        {"kty": "RSA", "n": n, "e": e, "kid": "crossed", "alg": "ES256"},
        "not a key",
    ]});
    let keys = KeySet::parse(&set.to_string()).expect("a set");
    assert_eq!(
        keys.keys().iter().map(PublicKey::id).collect::<Vec<_>>(),
        [Some("r"), Some("any"), Some("e")]
    );

    let sign = |header: Value, way: &'static dyn aws_lc_rs::signature::RsaEncoding| {
        let message = format!("{}.{}", b64(header.to_string()), b64("{}"));
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(way, &random, message.as_bytes(), &mut signature).expect("signed");
        format!("{message}.{}", b64(signature))
    };
    let all = Algorithm::ALL;
    assert!(taken(&sign(json!({"alg": "RS256", "kid": "r"}), &RSA_PKCS1_SHA256), &keys, all).is_ok());
    assert!(taken(&sign(json!({"alg": "PS256", "kid": "any"}), &RSA_PSS_SHA256), &keys, all).is_ok());
    assert!(taken(&sign(json!({"alg": "RS256"}), &RSA_PKCS1_SHA256), &keys, all).is_ok(), "without a name");
    let refused = |header: Value, way| taken(&sign(header, way), &keys, all).expect_err("refused");
    assert_eq!(refused(json!({"alg": "PS256", "kid": "r"}), &RSA_PSS_SHA256), Rejected::UnknownKey);
    assert_eq!(refused(json!({"alg": "PS256", "kid": "any"}), &RSA_PKCS1_SHA256), Rejected::Signature);
    assert_eq!(refused(json!({"alg": "RS256", "kid": "encrypts"}), &RSA_PKCS1_SHA256), Rejected::UnknownKey);
    let only = [Algorithm::Es256];
    let token = sign(json!({"alg": "RS256", "kid": "r"}), &RSA_PKCS1_SHA256);
    assert_eq!(taken(&token, &keys, &only), Err(Rejected::Algorithm));

    let message = format!("{}.{}", b64(r#"{"alg":"EdDSA","kid":"e"}"#), b64("{}"));
    let signature = ed.sign(message.as_bytes());
    assert!(
        UnparsedPublicKey::new(&ED25519, ed.public_key())
            .verify(message.as_bytes(), signature.as_ref())
            .is_ok()
    );
    assert!(taken(&format!("{message}.{}", b64(signature)), &keys, all).is_ok());
}

#[test]
fn a_set_without_a_key_is_no_set() {
    for (json, why) in [
        ("", KeyError::Form),
        ("[]", KeyError::Form),
        ("{}", KeyError::Form),
        (r#"{"keys":[]}"#, KeyError::Form),
        (r#"{"keys":{}}"#, KeyError::Form),
        (r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#, KeyError::Kind),
        (r#"{"keys":[{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}]}"#, KeyError::Kind),
        (r#"{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}"#, KeyError::Form),
        (r#"{"keys":[{"kty":"RSA","n":"","e":"AQAB"}]}"#, KeyError::Form),
        (r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}]}"#, KeyError::Use),
        (r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","key_ops":["sign"]}]}"#, KeyError::Use),
    ] {
        assert_eq!(KeySet::parse(json).expect_err("refused"), why, "{json}");
    }
    let many: Vec<Value> =
        (0..200).map(|_| SigningKey::generate("k").expect("a key").0.public().jwk().expect("ours")).collect();
    let keys = KeySet::parse(&json!({ "keys": many }).to_string()).expect("a set");
    assert_eq!(keys.keys().len(), MAX_KEYS);
}

#[test]
fn a_short_rsa_key_verifies_nothing() {
    // 1024 bits: too short to be a key, whoever publishes it.
    let set = json!({"keys": [{"kty": "RSA", "n": b64([0xff; 128]), "e": "AQAB", "kid": "r"}]});
    let keys = KeySet::parse(&set.to_string()).expect("a set");
    let token = format!("{}.{}.{}", b64(r#"{"alg":"RS256","kid":"r"}"#), b64("{}"), b64([1; 128]));
    assert_eq!(taken(&token, &keys, Algorithm::ALL), Err(Rejected::Signature));
}

#[test]
fn moments_are_whole_and_in_this_age() {
    let read = |json: &str| serde_json::from_str::<NumericDate>(json).ok().map(NumericDate::seconds);
    assert_eq!(read("0"), Some(0));
    assert_eq!(read("1795504111"), Some(1_795_504_111));
    assert_eq!(read("1795504111.9"), Some(1_795_504_111));
    for bad in ["-1", "1e300", "253402300800", "18446744073709551615", "\"1\"", "null", "true", "[1]"] {
        assert_eq!(read(bad), None, "{bad}");
    }
}
