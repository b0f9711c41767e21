//! Texts that are kept whole or not at all.

use crate::StoreError;

/// Longest sealed text, in bytes: what `identity` seals at most, in base64, with the name of its key.
pub(crate) const SEALED_BYTES: usize = identity::MAX_SEALED_BYTES * 4 / 3 + 128;

/// A column of limited length.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub(crate) table: &'static str,
    pub(crate) name: &'static str,
    /// Most bytes of a text there.
    pub(crate) max: usize,
}

impl Column {
    pub(crate) const fn new(table: &'static str, name: &'static str, max: usize) -> Self {
        Self { table, name, max }
    }

    /// The text, if it can be kept here. Control characters cannot: PostgreSQL keeps no NUL, and nothing that
    /// belongs here has any.
    pub(crate) fn fit(self, text: &str) -> Result<&str, StoreError> {
        if text.len() > self.max || text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(StoreError::Unfit { table: self.table, column: self.name, max: self.max });
        }
        Ok(text)
    }

    /// As [`Column::fit`], where there is one.
    pub(crate) fn fit_some(self, text: Option<&str>) -> Result<Option<&str>, StoreError> {
        text.map(|text| self.fit(text)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_not_cut() {
        let column = Column::new("rows", "text", 4);
        for fine in ["", "abcd", "äö"] {
            assert_eq!(column.fit(fine).expect("it fits"), fine);
        }
        for wrong in ["abcde", "äöa", "a\0", "a\n", "\u{7f}"] {
            let error = column.fit(wrong).expect_err("it does not fit").to_string();
            assert!(error.contains("column text of the table `rows` is longer than 4 bytes"), "{error}");
        }
        assert!(column.fit_some(Some("abcde")).is_err());
        assert!(matches!(column.fit_some(None), Ok(None)));
    }

    #[test]
    fn the_longest_text_that_is_sealed_fits() {
        let letters = (identity::MAX_SEALED_BYTES + 32).div_ceil(3) * 4;
        assert!(letters + 20 <= SEALED_BYTES);
    }
}
