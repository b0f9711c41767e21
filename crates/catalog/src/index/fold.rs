//! Case folding as search keys and values need it, and how a value's own spelling is kept beside
//! its folded form in a byte or two.

use std::borrow::Cow;

/// Longest key or value that is searchable, in UTF-16 units, as the reference counts them.
pub(super) const MAX_SEARCHABLE: usize = 200;

/// Folds without regard to locale; borrows when nothing changes, which is the usual case.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        let folded = text.to_lowercase();
        if folded == text { Cow::Borrowed(text) } else { Cow::Owned(folded) }
    }
}

/// Whether folded text is short enough to be searched by.
pub(super) fn is_searchable(folded: &str) -> bool {
    folded.len() <= MAX_SEARCHABLE || folded.encode_utf16().nth(MAX_SEARCHABLE).is_none()
}

/// Whether text will be short enough when it is folded. Folding ASCII does not change its length.
pub(super) fn folds_short(text: &str) -> bool {
    if text.is_ascii() { text.len() <= MAX_SEARCHABLE } else { is_searchable(&text.to_lowercase()) }
}

/// Appends how `original` is spelled, given that it folds to `folded`.
///
/// One zero byte when both are the same; the positions of capitals for ASCII; else the whole text.
pub(super) fn write_spelling(out: &mut Vec<u8>, folded: &str, original: &str) {
    const SAME: u8 = 0;
    const CAPITALS: u8 = 1;
    const WHOLE: u8 = 2;
    if folded == original {
        out.push(SAME);
    } else if original.is_ascii() && original.len() == folded.len() && original.len() < 256 {
        out.push(CAPITALS);
        let at = out.len();
        out.push(0);
        for (position, byte) in (0..=u8::MAX).zip(original.bytes()) {
            if byte.is_ascii_uppercase() {
                out.push(position);
                out[at] += 1;
            }
        }
    } else {
        out.push(WHOLE);
        write_length(out, original.len());
        out.extend_from_slice(original.as_bytes());
    }
}

/// How a value is spelled, as [`write_spelling`] wrote it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spelling<'a> {
    /// As it is folded.
    Same,
    /// With ASCII capitals at these positions.
    Capitals(&'a [u8]),
    /// Like this.
    Whole(&'a [u8]),
}

impl<'a> Spelling<'a> {
    /// Reads a spelling at `*at` and moves past it.
    pub(super) fn read(bytes: &'a [u8], at: &mut usize) -> Self {
        let tag = bytes[*at];
        *at += 1;
        match tag {
            0 => Self::Same,
            1 => {
                let count = usize::from(bytes[*at]);
                let start = *at + 1;
                *at = start + count;
                Self::Capitals(&bytes[start..*at])
            }
            _ => {
                let length = read_length(bytes, at);
                let start = *at;
                *at += length;
                Self::Whole(&bytes[start..*at])
            }
        }
    }

    /// The value as it was written.
    pub(super) fn apply(self, folded: &'a str) -> Cow<'a, str> {
        match self {
            Self::Same => Cow::Borrowed(folded),
            Self::Capitals(positions) => {
                let mut bytes = folded.as_bytes().to_vec();
                for &position in positions {
                    bytes[usize::from(position)].make_ascii_uppercase();
                }
                Cow::Owned(String::from_utf8(bytes).expect("capitals of ASCII text are ASCII"))
            }
            Self::Whole(bytes) => {
                Cow::Borrowed(std::str::from_utf8(bytes).expect("a spelling was written from a str"))
            }
        }
    }
}

/// Appends a length, seven bits a byte.
pub(super) fn write_length(out: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        out.push(u8::try_from(length & 0x7f).expect("seven bits fit a byte") | 0x80);
        length >>= 7;
    }
    out.push(u8::try_from(length).expect("less than 0x80"));
}

/// Reads a length at `*at` and moves past it.
pub(super) fn read_length(bytes: &[u8], at: &mut usize) -> usize {
    let mut length = 0;
    let mut shift = 0;
    loop {
        let byte = bytes[*at];
        *at += 1;
        length |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return length;
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_spelling_read_back_is_the_text_that_was_written(original in ".{0,60}|[A-Za-z ]{0,80}") {
            let folded = fold(&original);
            prop_assert_eq!(&*folded, original.to_lowercase());
            let mut bytes = vec![9];
            write_spelling(&mut bytes, &folded, &original);
            let mut at = 1;
            let read = Spelling::read(&bytes, &mut at);
            prop_assert_eq!(at, bytes.len());
            prop_assert_eq!(&*read.apply(&folded), &original);
        }

        #[test]
        fn lengths_survive(length in any::<u32>()) {
            let length = length as usize;
            let mut bytes = Vec::new();
            write_length(&mut bytes, length);
            let mut at = 0;
            prop_assert_eq!(read_length(&bytes, &mut at), length);
            prop_assert_eq!(at, bytes.len());
        }
    }
}
