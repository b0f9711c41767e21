//! The compact form.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::{Algorithm, KeySet, Rejected};

/// Longest token that is looked at, in bytes: the reference's limit for a user token.
pub const MAX_TOKEN_BYTES: usize = 32 * 1024;
/// Longest name of a key.
const MAX_KEY_ID: usize = 256;
/// Longest signature: RSA of 8192 bits.
const MAX_SIGNATURE: usize = 1024;

/// With or without padding; bits that belong to no byte are zero all the same.
const PADDED: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, PADDED_CONFIG);
const PADDED_CONFIG: GeneralPurposeConfig = NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// A token whose signature was not looked at yet. It tells nothing but what its header claims.
#[derive(Clone, Copy, Debug)]
pub struct Compact<'a> {
    token: &'a str,
    /// Where the header and the payload end.
    dots: (usize, usize),
    padded: bool,
}

/// What a header may say. A name that stands there twice is an error, by the way structs are read.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    typ: Option<String>,
    /// Extensions that must be understood: none is.
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

/// A token whose signature holds.
#[derive(Clone, Debug)]
pub struct Verified {
    algorithm: Algorithm,
    header: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Splits a token.
    ///
    /// # Errors
    /// [`Rejected::TooLong`] and [`Rejected::Form`].
    pub fn parse(token: &'a str) -> Result<Self, Rejected> {
        Self::split(token, false)
    }

    /// Splits a token whose parts may be padded with `=`, which the signature then covers. That is no JWS; load balancers
    /// of Amazon's write it.
    ///
    /// # Errors
    /// [`Rejected::TooLong`] and [`Rejected::Form`].
    pub fn parse_padded(token: &'a str) -> Result<Self, Rejected> {
        Self::split(token, true)
    }

    fn split(token: &'a str, padded: bool) -> Result<Self, Rejected> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Rejected::TooLong);
        }
        let is_letter = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || (padded && byte == b'=')
        };
        if !token.bytes().all(is_letter) {
            return Err(Rejected::Form);
        }
        let mut dots = token.bytes().enumerate().filter(|(_, byte)| *byte == b'.').map(|(at, _)| at);
        match (dots.next(), dots.next(), dots.next()) {
            (Some(first), Some(second), None) => Ok(Self { token, dots: (first, second), padded }),
            _ => Err(Rejected::Form),
        }
    }

    fn header_bytes(&self) -> Result<Vec<u8>, Rejected> {
        self.decoded(self.token.get(..self.dots.0).unwrap_or_default())
    }

    fn header(&self) -> Result<Header, Rejected> {
        let bytes = self.header_bytes()?;
        let header: Header = serde_json::from_slice(&bytes).map_err(|_| Rejected::Header)?;
        let is_fine = header.crit.is_none()
            && header
                .kid
                .as_ref()
                .is_none_or(|kid| kid.len() <= MAX_KEY_ID && !kid.contains(char::is_control));
        if is_fine { Ok(header) } else { Err(Rejected::Header) }
    }

    /// The type that it claims to be of; tokens of another type are refused by [`Compact::verify`] anyhow, so this only
    /// says which keys to try.
    ///
    /// # Errors
    /// [`Rejected::Form`] and [`Rejected::Header`].
    pub fn claimed_type(&self) -> Result<Option<String>, Rejected> {
        Ok(self.header()?.typ)
    }

    /// The name of the key that it claims to be signed with, to ask its issuer for.
    ///
    /// # Errors
    /// [`Rejected::Form`] and [`Rejected::Header`].
    pub fn claimed_key(&self) -> Result<Option<String>, Rejected> {
        Ok(self.header()?.kid)
    }

    /// Who it claims to be of, to find the keys to try. What else it says stays closed.
    ///
    /// # Errors
    /// [`Rejected::Form`] and [`Rejected::Claims`].
    pub fn claimed_subject(&self) -> Result<Option<String>, Rejected> {
        #[derive(Deserialize)]
        struct Subject {
            #[serde(default)]
            sub: Option<String>,
        }
        Ok(self.claimed::<Subject>()?.sub)
    }

    /// The token that it claims to come with, of the user on whose behalf it is: its key has to be found too.
    ///
    /// # Errors
    /// [`Rejected::Form`] and [`Rejected::Claims`].
    pub(crate) fn claimed_on_behalf_of(&self) -> Result<Option<String>, Rejected> {
        #[derive(Deserialize)]
        struct OnBehalfOf {
            #[serde(default)]
            obo: Option<String>,
        }
        Ok(self.claimed::<OnBehalfOf>()?.obo)
    }

    fn claimed<T: DeserializeOwned>(&self) -> Result<T, Rejected> {
        let payload = self.decoded(self.token.get(self.dots.0 + 1..self.dots.1).unwrap_or_default())?;
        serde_json::from_slice(&payload).map_err(|_| Rejected::Claims)
    }

    /// Verifies it with one of some keys, by one of some algorithms, as a token of some type: `None` for any, since
    /// identity providers write `JWT`, or nothing, or something of their own.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn verify(
        self,
        typ: Option<&str>,
        keys: &KeySet,
        allowed: &[Algorithm],
    ) -> Result<Verified, Rejected> {
        let header = self.header()?;
        let algorithm = Algorithm::named(&header.alg).filter(|named| allowed.contains(named));
        let algorithm = algorithm.ok_or(Rejected::Algorithm)?;
        if typ.is_some_and(|typ| header.typ.as_deref() != Some(typ)) {
            return Err(Rejected::Type);
        }
        let (_, end) = self.dots;
        let signature = self.token.get(end + 1..).unwrap_or_default();
        if signature.len() > MAX_SIGNATURE * 4 / 3 + 4 {
            return Err(Rejected::Form);
        }
        let signature = self.decoded(signature)?;
        let message = self.token.get(..end).unwrap_or_default();
        keys.verify(header.kid.as_deref(), algorithm, message.as_bytes(), &signature)?;
        let payload = self.decoded(self.token.get(self.dots.0 + 1..end).unwrap_or_default())?;
        Ok(Verified { algorithm, header: self.header_bytes()?, payload })
    }

    /// Bits that belong to no byte must be zero, so that a token has one spelling.
    fn decoded(&self, part: &str) -> Result<Vec<u8>, Rejected> {
        let engine = if self.padded { &PADDED } else { &URL_SAFE_NO_PAD };
        engine.decode(part).map_err(|_| Rejected::Form)
    }
}

impl Verified {
    /// How it is signed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What its header says, which is signed as well.
    ///
    /// # Errors
    /// [`Rejected::Header`] where something is missing, of another type, or said twice.
    pub fn header<T: DeserializeOwned>(&self) -> Result<T, Rejected> {
        serde_json::from_slice(&self.header).map_err(|_| Rejected::Header)
    }

    /// What it says.
    ///
    /// # Errors
    /// [`Rejected::Claims`] where something is missing, of another type, or said twice.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, Rejected> {
        serde_json::from_slice(&self.payload).map_err(|_| Rejected::Claims)
    }
}
