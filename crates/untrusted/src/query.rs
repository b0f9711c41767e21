//! Bounded query strings, as pairs in their order.

use crate::percent;

/// How much one query string may cost its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole string, still encoded.
    pub bytes: usize,
    /// Pairs of a name and a value.
    pub pairs: usize,
}

impl Default for Limits {
    /// 64 KiB and 1,000 pairs.
    fn default() -> Self {
        Self { bytes: 64 << 10, pairs: 1_000 }
    }
}

/// Why a query string, or a form body, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Over [`Limits::bytes`].
    #[error("query string is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Over [`Limits::pairs`].
    #[error("query string has more than {limit} parameters")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8 once decoded.
    #[error("query parameter {index} is not UTF-8")]
    NotUtf8 {
        /// Which pair, from 0.
        index: usize,
    },
    /// A NUL, which databases and C programs end a text at.
    #[error("query parameter {index} holds a NUL character")]
    Nul {
        /// Which pair, from 0.
        index: usize,
    },
}

/// Splits `a=1&b=2`, and decodes `%41` and `+` (a space).
///
/// Names may repeat and keep their order. A name without `=` has an empty value, empty pieces
/// (`&&`) are left out, and a `%` without two digits stands for itself, all as browsers have it.
pub fn parse(text: &str, limits: &Limits) -> Result<Vec<(String, String)>, QueryError> {
    if text.len() > limits.bytes {
        return Err(QueryError::TooLong { limit: limits.bytes });
    }
    let mut pairs = Vec::new();
    for piece in text.split('&').filter(|piece| !piece.is_empty()) {
        let index = pairs.len();
        if index >= limits.pairs {
            return Err(QueryError::TooMany { limit: limits.pairs });
        }
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        pairs.push((decode(name, index)?, decode(value, index)?));
    }
    Ok(pairs)
}

fn decode(text: &str, index: usize) -> Result<String, QueryError> {
    let decoded = percent::decode_leniently(text.replace('+', " ").as_bytes());
    let decoded = String::from_utf8(decoded).map_err(|_| QueryError::NotUtf8 { index })?;
    if decoded.contains('\0') { Err(QueryError::Nul { index }) } else { Ok(decoded) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        parse(text, &Limits::default()).expect("a good query")
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn pairs_keep_their_order_and_repeat() {
        assert_eq!(
            read("filter=kind=api,a%3Db&filter=x+y&limit&&%C3%A9=1%2B1&=v&p=100%"),
            [
                pair("filter", "kind=api,a=b"),
                pair("filter", "x y"),
                pair("limit", ""),
                pair("é", "1+1"),
                pair("", "v"),
                pair("p", "100%"),
            ]
        );
        assert_eq!(read(""), []);
    }

    #[test]
    fn limits_hold_and_bad_text_is_refused() {
        let small = Limits { bytes: 20, pairs: 2 };
        assert_eq!(parse(&"a".repeat(21), &small), Err(QueryError::TooLong { limit: 20 }));
        assert_eq!(parse("a&b&c", &small), Err(QueryError::TooMany { limit: 2 }));
        assert_eq!(parse("a&&&b", &small).map(|pairs| pairs.len()), Ok(2));
        assert_eq!(parse("a=1&b=%ff", &small), Err(QueryError::NotUtf8 { index: 1 }));
        assert_eq!(parse("%c0%ae=1", &small), Err(QueryError::NotUtf8 { index: 0 }));
        assert_eq!(parse("a=%00", &small), Err(QueryError::Nul { index: 0 }));
    }

    proptest! {
        #[test]
        fn agrees_with_the_url_standard(text in "[a-c=&+%0-9ef]{0,30}") {
            let theirs: Vec<(String, String)> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            match parse(&text, &Limits::default()) {
                Ok(ours) => prop_assert_eq!(ours, theirs),
                // The standard puts a replacement character where this refuses.
                Err(QueryError::NotUtf8 { index }) => {
                    let (name, value) = &theirs[index];
                    let is_replaced = |text: &String| text.contains(char::REPLACEMENT_CHARACTER);
                    prop_assert!(is_replaced(name) || is_replaced(value));
                }
                Err(error) => prop_assert_eq!(error, QueryError::Nul { index: theirs.iter().position(|(name, value)| {
                    name.contains('\0') || value.contains('\0')
                }).expect("some NUL") }),
            }
        }

        #[test]
        fn what_is_encoded_comes_back(pairs in prop::collection::vec(("[^\0]{0,8}", "[^\0]{0,8}"), 0..6)) {
            let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            prop_assert_eq!(read(&text), pairs);
        }
    }
}
