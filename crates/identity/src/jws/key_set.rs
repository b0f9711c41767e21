//! The keys of an issuer.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::key::{Jwk, KeyError, PublicKey};
use super::{Algorithm, Rejected};

/// Most keys of a set that are read.
pub const MAX_KEYS: usize = 64;

/// Public keys that one issuer signs with.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

impl KeySet {
    /// Some keys.
    pub fn of(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Self { keys: keys.into_iter().take(MAX_KEYS).collect() }
    }

    /// Reads a set (RFC 7517 §5). Keys that are not known, or not for signatures, are passed over, as the standard asks;
    /// what is left over of more than [`MAX_KEYS`] is not read.
    ///
    /// # Errors
    /// If it is no set, or none of its keys can be used: then a token of its issuer could never be taken.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let document: Document<'_> = serde_json::from_str(json).map_err(|_| KeyError::Form)?;
        let read = |raw: &&RawValue| {
            serde_json::from_str::<Jwk>(raw.get())
                .map_err(|_| KeyError::Form)
                .and_then(|jwk| PublicKey::of(&jwk))
        };
        let mut first = None;
        let mut keys = Vec::new();
        for key in document.keys.iter().take(MAX_KEYS).map(read) {
            match key {
                Ok(key) => keys.push(key),
                Err(error) => first = first.or(Some(error)),
            }
        }
        if keys.is_empty() { Err(first.unwrap_or(KeyError::Form)) } else { Ok(Self { keys }) }
    }

    /// The set as a document, to be published. Keys that are not of the kind that we sign with are left out.
    pub fn jwks(&self) -> Value {
        json!({"keys": self.keys.iter().filter_map(PublicKey::jwk).collect::<Vec<_>>()})
    }

    /// Its keys.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Whether there is a key of a name. If not, the issuer may have a new one.
    pub fn knows(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id() == Some(id))
    }

    /// Verifies with the key of that name; without a name, with those that are for the algorithm, which may only be a
    /// few. Two keys of one name are both tried: a set may hold one of each kind.
    pub(super) fn verify(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Rejected> {
        const TRIED: usize = 4;
        let fits = |key: &&PublicKey| key.is_for(algorithm) && id.is_none_or(|id| key.id() == Some(id));
        let mut why = Rejected::UnknownKey;
        for key in self.keys.iter().filter(fits).take(TRIED) {
            match key.verify(algorithm, message, signature) {
                Ok(()) => return Ok(()),
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}
