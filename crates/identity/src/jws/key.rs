//! Public keys, as identity providers publish them.

use aws_lc_rs::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Rejected;
use super::algorithm::{Algorithm, Family};

/// Longest part of a key that is read, in bytes of its text: a modulus of 8192 bits.
const MAX_PART: usize = 1400;

/// What stands before the point of a key of P-256 in a `SubjectPublicKeyInfo` (RFC 5480 §2), named curve, uncompressed.
const P256_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A public key with its name.
#[derive(Clone, Debug)]
pub struct PublicKey {
    id: Option<String>,
    /// The only algorithm it is for, if it says so.
    only: Option<Algorithm>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Bytes(Family, Vec<u8>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// Why a key of a set is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No kind of key that is known: another curve, a shared secret.
    #[error("not a kind of key that is known")]
    Kind,
    /// It says that it is for something else than signatures, or for an algorithm of another kind of key.
    #[error("the key is not for such signatures")]
    Use,
    /// A part is missing, or is no base64url, or has not the length of that kind.
    #[error("the key cannot be read")]
    Form,
}

/// A JSON Web Key (RFC 7517), as far as it matters. Private parts are not read; who publishes them has lost the key.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    used: Option<String>,
    #[serde(default)]
    key_ops: Option<Vec<String>>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
}

impl PublicKey {
    /// A key of P-256 as its uncompressed point: 4, x, y.
    pub(super) fn p256(id: &str, point: &[u8]) -> Self {
        let material = Material::Bytes(Family::P256, point.to_vec());
        Self { id: Some(id.to_owned()), only: Some(Algorithm::Es256), material }
    }

    /// A key of P-256 for ES256, from its `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// [`KeyError::Kind`] if it is anything else.
    pub fn from_p256_spki(id: &str, der: &[u8]) -> Result<Self, KeyError> {
        let point = der.strip_prefix(&P256_SPKI).ok_or(KeyError::Kind)?;
        if point.len() == 65 && point.first() == Some(&4) {
            Ok(Self::p256(id, point))
        } else {
            Err(KeyError::Kind)
        }
    }

    /// The key as a JSON Web Key, as the reference publishes it; `None` for one that is no key of ours, which are all of P-256.
    pub fn jwk(&self) -> Option<Value> {
        let Material::Bytes(Family::P256, point) = &self.material else { return None };
        let (x, y) = (point.get(1..33)?, point.get(33..65)?);
        let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(half));
        Some(json!({"kty": "EC", "x": x, "y": y, "crv": "P-256", "kid": self.id, "alg": "ES256"}))
    }

    pub(super) fn of(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.used.as_deref().is_some_and(|used| used != "sig") {
            return Err(KeyError::Use);
        }
        if jwk.key_ops.as_ref().is_some_and(|ops| !ops.iter().any(|op| op == "verify")) {
            return Err(KeyError::Use);
        }
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("EC", Some("P-256")) => Material::Bytes(Family::P256, point(jwk, 32)?),
            ("EC", Some("P-384")) => Material::Bytes(Family::P384, point(jwk, 48)?),
            ("OKP", Some("Ed25519")) => {
                Material::Bytes(Family::Ed25519, exactly(part(jwk.x.as_deref())?, 32)?)
            }
            ("RSA", _) => Material::Rsa { n: part(jwk.n.as_deref())?, e: part(jwk.e.as_deref())? },
            _ => return Err(KeyError::Kind),
        };
        let mut key = Self { id: jwk.kid.clone(), only: None, material };
        if let Some(name) = &jwk.alg {
            let named = Algorithm::named(name).filter(|named| named.family() == key.family());
            key.only = Some(named.ok_or(KeyError::Use)?);
        }
        Ok(key)
    }

    /// Its name, which tokens say in `kid`.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Whether it is for an algorithm.
    pub(super) fn is_for(&self, algorithm: Algorithm) -> bool {
        self.family() == algorithm.family() && self.only.is_none_or(|only| only == algorithm)
    }

    fn family(&self) -> Family {
        match &self.material {
            Material::Bytes(family, _) => *family,
            Material::Rsa { .. } => Family::Rsa,
        }
    }

    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Rejected> {
        if !self.is_for(algorithm) {
            return Err(Rejected::UnknownKey);
        }
        let holds = match &self.material {
            Material::Bytes(_, bytes) => algorithm
                .of_bytes()
                .is_some_and(|way| UnparsedPublicKey::new(way, bytes).verify(message, signature).is_ok()),
            Material::Rsa { n, e } => algorithm
                .of_rsa()
                .is_some_and(|way| RsaPublicKeyComponents { n, e }.verify(way, message, signature).is_ok()),
        };
        if holds { Ok(()) } else { Err(Rejected::Signature) }
    }
}

fn point(jwk: &Jwk, length: usize) -> Result<Vec<u8>, KeyError> {
    let mut point = vec![4];
    point.extend(exactly(part(jwk.x.as_deref())?, length)?);
    point.extend(exactly(part(jwk.y.as_deref())?, length)?);
    Ok(point)
}

fn part(text: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = text.filter(|text| !text.is_empty() && text.len() <= MAX_PART).ok_or(KeyError::Form)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Form)
}

fn exactly(bytes: Vec<u8>, length: usize) -> Result<Vec<u8>, KeyError> {
    if bytes.len() == length { Ok(bytes) } else { Err(KeyError::Form) }
}
