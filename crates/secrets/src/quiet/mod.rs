//! What looks like a secret and is none.

mod known;
mod placeholder;

/// Whether a value only stands where a secret would.
pub(crate) fn harmless(secret: &[u8]) -> bool {
    secret.is_empty() || placeholder::is_one(secret) || known::is_example(secret)
}
