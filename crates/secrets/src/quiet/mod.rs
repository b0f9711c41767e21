//! What looks like a secret and is none.

mod known;
mod placeholder;
mod reference;

/// Whether a value only stands where a secret would.
pub(crate) fn harmless(secret: &[u8]) -> bool {
    secret.is_empty() || placeholder::is_one(secret) || known::is_example(secret)
}

/// Whether a value that its place makes a secret is none: a reference to one, a word of a setting.
pub(crate) fn harmless_at_place(value: &[u8]) -> bool {
    reference::is_one(value)
}

#[cfg(test)]
mod tests;
