//! Signed tokens: JSON Web Signature in its compact form (RFC 7515), with the keys and algorithms of RFC 7517 and 7518.
//!
//! INVARIANT: what a token says is read from a [`Verified`] alone, and only [`Compact::verify`] makes one. The algorithm
//! is that of the key, of those that the caller allows; the header only has to agree. There is no algorithm here that
//! both signs and verifies with one secret, nor `none`: a public key cannot be taken for a password.

mod algorithm;
mod compact;
mod key;
mod key_set;
mod numeric_date;
mod rejected;
mod signing_key;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use compact::{Compact, MAX_TOKEN_BYTES, Verified};
pub use key::{KeyError, PublicKey};
pub use key_set::{KeySet, MAX_KEYS};
pub use numeric_date::NumericDate;
pub use rejected::Rejected;
pub(crate) use signing_key::header;
pub use signing_key::{SigningKey, SigningKeyError};
