//! Keys that sign whatever they are told to.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A key with its name.
pub(in super::super) struct TestKey {
    id: String,
    pair: Pair,
}

enum Pair {
    P256(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>),
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl TestKey {
    pub(in super::super) fn p256(id: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { id: id.to_owned(), pair: Pair::P256(pair) }
    }

    pub(in super::super) fn rsa(id: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        Self { id: id.to_owned(), pair: Pair::Rsa(Box::new(pair)) }
    }

    fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::P256(_) => "ES256",
            Pair::Rsa(_) => "RS256",
        }
    }

    fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::P256(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }

    pub(in super::super) fn header(&self) -> Value {
        json!({"typ": "JWT", "alg": self.algorithm(), "kid": self.id})
    }

    pub(in super::super) fn jwk(&self) -> Value {
        let public = self.public();
        match self.pair {
            Pair::P256(_) => json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id,
                "x": b64(&public[1..33]), "y": b64(&public[33..65])}),
            // A sequence of the modulus, behind nine bytes that say so, and the exponent.
            Pair::Rsa(_) => json!({"kty": "RSA", "use": "sig", "kid": self.id,
                "n": b64(&public[9..265]), "e": "AQAB"}),
        }
    }

    /// A token, whatever its header says.
    pub(in super::super) fn token(&self, header: &Value, payload: &Value) -> String {
        self.written(header, payload, |bytes| b64(bytes))
    }

    /// A token with padding, as no standard has it.
    pub(in super::super) fn padded(&self, header: &Value, payload: &Value) -> String {
        self.written(header, payload, |bytes| URL_SAFE.encode(bytes))
    }

    fn written(&self, header: &Value, payload: &Value, text: impl Fn(&[u8]) -> String) -> String {
        let message =
            format!("{}.{}", text(header.to_string().as_bytes()), text(payload.to_string().as_bytes()));
        let random = SystemRandom::new();
        let signature = match &self.pair {
            Pair::P256(pair) => pair.sign(&random, message.as_bytes()).expect("signed").as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).expect("signed");
                signature
            }
        };
        format!("{message}.{}", text(&signature))
    }

    /// A token signed with the public key as if it were a password.
    pub(in super::super) fn confused(&self, payload: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": "HS256", "kid": self.id});
        let message = format!("{}.{}", b64(header.to_string()), b64(payload.to_string()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.public());
        format!("{message}.{}", b64(hmac::sign(&key, message.as_bytes())))
    }

    /// `SubjectPublicKeyInfo` in PEM.
    pub(in super::super) fn pem(&self) -> String {
        let Pair::P256(pair) = &self.pair else { panic!("a key of P-256") };
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        let text = STANDARD.encode(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\n{}\n{}\n-----END PUBLIC KEY-----\n", &text[..64], &text[64..])
    }
}
