//! Keys that sign.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Secret;
use serde_json::Value;

use super::key::PublicKey;

/// A private key of P-256 with its name. Signs with ES256.
pub struct SigningKey {
    id: String,
    pair: EcdsaKeyPair,
}

/// A key that could not be made, or is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a private key of P-256 in PKCS#8")]
pub struct SigningKeyError;

impl SigningKey {
    /// A new key, and its PKCS#8 to be kept, sealed. `id` must be one that was never used before.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub fn generate(id: impl Into<String>) -> Result<(Self, Secret<Vec<u8>>), SigningKeyError> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        let pkcs8 = Secret::new(made.map_err(|_| SigningKeyError)?.as_ref().to_vec());
        Ok((Self::from_pkcs8(id, &pkcs8)?, pkcs8))
    }

    /// A key that was kept.
    ///
    /// # Errors
    /// If that is no such key.
    pub fn from_pkcs8(id: impl Into<String>, pkcs8: &Secret<Vec<u8>>) -> Result<Self, SigningKeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.expose());
        Ok(Self { id: id.into(), pair: pair.map_err(|_| SigningKeyError)? })
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What verifies its signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey::p256(&self.id, self.pair.public_key().as_ref())
    }

    /// A token of a type with a payload, in the order of bytes of the reference: `typ`, `alg`, `kid`.
    ///
    /// # Errors
    /// If the system has no randomness to give.
    pub(crate) fn sign(&self, typ: &str, payload: &str) -> Result<String, SigningKeyError> {
        let header = header(typ, &self.id);
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature =
            self.pair.sign(&SystemRandom::new(), message.as_bytes()).map_err(|_| SigningKeyError)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref())))
    }
}

/// The header of a token, byte by byte: who derives a limited token from a user's writes it anew.
pub(crate) fn header(typ: &str, id: &str) -> String {
    format!(r#"{{"typ":{},"alg":"ES256","kid":{}}}"#, Value::from(typ), Value::from(id))
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}
