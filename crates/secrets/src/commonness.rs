//! How common a piece of text is in source code, so that the rarest piece of a keyword is looked for.

use crate::lists::WordList;
use crate::random::said_by;

/// The commonest four bytes in a row, counted over 54 MB of packages in several languages.
static COMMON: WordList = WordList::of(include_str!("lists/common_grams.txt"));
/// What being one of them weighs: more than any bytes do.
const LISTED: i32 = 100;

/// How common text like the rarest four bytes of this is; a larger number is more.
pub(crate) fn commonness(text: &[u8]) -> i32 {
    text.windows(4.min(text.len().max(1))).map(gram_commonness).min().unwrap_or(0)
}

/// How common these four bytes, or three, are in a row.
pub(crate) fn gram_commonness(gram: &[u8]) -> i32 {
    let lower = gram.to_ascii_lowercase();
    let bytes: i32 = lower.iter().map(|byte| byte_commonness(*byte)).sum();
    let pairs: i32 = lower.windows(2).map(|pair| said_by(pair[0], pair[1])).sum();
    let same = lower.windows(2).all(|pair| pair[0] == pair[1]);
    bytes + pairs / 4 + if same || COMMON.holds(&lower) { LISTED } else { 0 }
}

/// How common a byte is, in steps of about half a bit.
fn byte_commonness(byte: u8) -> i32 {
    match byte {
        b'e' | b't' | b' ' => 12,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 10,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' => 7,
        b'b' | b'f' | b'g' | b'h' | b'v' | b'y' | b'-' | b'/' | b'.' | b'_' | b'"' | b'=' | b':' | b'*' => 5,
        b'k' | b'w' | b'x' | b'0'..=b'9' => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::gram_commonness;

    #[test]
    fn what_stands_everywhere_is_common() {
        for (common, rare) in [("tion", "tagr"), ("----", "n pr"), ("ring", "ghp_"), ("self", "xoxb")] {
            assert!(
                gram_commonness(common.as_bytes()) > gram_commonness(rare.as_bytes()),
                "{common}, {rare}"
            );
        }
    }
}
