//! Checksums and encodings that several vendors build their tokens with.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::credential::Draft;
use crate::rng::{BASE62, Rng};

/// A number in the given alphabet, padded with its zero.
pub(in crate::generators) fn digits(mut number: u32, alphabet: &str, length: usize) -> String {
    let letters = alphabet.as_bytes();
    let base = u32::try_from(letters.len()).expect("an alphabet is short");
    let mut reversed = Vec::new();
    while number > 0 || reversed.len() < length {
        let digit = usize::try_from(number % base).expect("a digit is small");
        reversed.push(char::from(letters[digit]));
        number /= base;
    }
    reversed.iter().rev().collect()
}

/// GitHub's and npm's way: random letters, then their CRC-32 as six base 62 digits.
pub(in crate::generators) fn with_base62_crc(rng: &mut Rng, length: usize) -> String {
    let random = rng.text(BASE62, length);
    format!("{random}{}", digits(crc32fast::hash(random.as_bytes()), BASE62, 6))
}

/// A JSON web token, after a prefix that a vendor may add, of a header, claims and as many random bytes as the
/// algorithm signs with. The header is fixed.
pub(in crate::generators) fn jwt(
    rng: &mut Rng,
    prefix: &str,
    header: &str,
    claims: &str,
    signature: usize,
) -> Draft {
    Draft::token(
        &format!("{prefix}{}.", URL_SAFE_NO_PAD.encode(header)),
        format!("{}.{}", URL_SAFE_NO_PAD.encode(claims), rng.base64url(signature)),
    )
}

/// Seconds since 1970: when a token was issued, and a day decades later on which it ends.
pub(in crate::generators) fn lifetime(rng: &mut Rng) -> (usize, usize) {
    (rng.between(1_750_000_000, 1_790_000_000), rng.between(3_800_000_000, 4_000_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_padded_and_never_cut() {
        assert_eq!(digits(0, BASE62, 6), "000000");
        assert_eq!(digits(61, BASE62, 2), "0z");
        assert_eq!(digits(u32::MAX, BASE62, 1), "4gfFC3");
    }

    #[test]
    fn the_checksum_is_the_one_of_npms_announcement() {
        // The sample token of the announcement, in its three parts: prefix, random letters, checksum.
        let random = concat!("qkJaB6MffYVzZX", "WqmcoF49yrUxP3wf");
        assert_eq!(digits(crc32fast::hash(random.as_bytes()), BASE62, 6), "0LsakP");
        let made = with_base62_crc(&mut Rng::new(1), 30);
        assert_eq!(made[30..], digits(crc32fast::hash(&made.as_bytes()[..30]), BASE62, 6));
    }
}
