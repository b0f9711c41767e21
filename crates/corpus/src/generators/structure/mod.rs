//! Credentials of no vendor: keys, tokens, headers, URLs and files of a known structure.

use crate::credential::Generator;

mod backstage;
mod files;
mod headers;
mod keys;
mod tokens;
mod urls;

pub(super) use keys::pkcs8_rsa;
pub(super) use tokens::jwt;

/// Every generator of this area.
pub(super) fn all() -> Vec<Generator> {
    [keys::ALL, tokens::ALL, headers::ALL, urls::ALL, files::ALL, backstage::ALL].concat()
}
