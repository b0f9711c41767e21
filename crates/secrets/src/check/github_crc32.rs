//! GitHub's tokens end in six base62 characters: the CRC-32 of what stands between the prefix's
//! underscore and them. npm uses the same scheme.
//!
//! Source: <https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 6;

/// Whether the last six characters are the checksum of those before them.
pub(super) fn holds(token: &[u8]) -> bool {
    let body = token.iter().position(|byte| *byte == b'_').map_or(token, |at| &token[at + 1..]);
    let Some((random, sum)) = body.split_last_chunk::<LENGTH>() else { return false };
    *sum == base62(crc32fast::hash(random))
}

fn base62(mut number: u32) -> [u8; LENGTH] {
    let mut text = [b'0'; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_tail_holds_and_a_wrong_one_does_not() {
        let mut token = b"ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o".to_vec();
        let sum = base62(crc32fast::hash(&token[4..]));
        token.extend(sum);
        assert!(holds(&token));
        *token.last_mut().expect("the token has bytes") ^= 1;
        assert!(!holds(&token));
        assert!(!holds(b"ghp_"));
    }
}
