//! GitLab's routable tokens end in seven base36 characters: the CRC-32 of everything before them.
//!
//! Source: <https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/>
//!
//! The sum covers the prefix that the token was made with. What is found may carry more in front (an
//! instance's own prefix) or less of it counts (a runner's `glrt-`, put on later), so every start
//! that a prefix can end at is tried.

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 7;
/// Most bytes of a prefix, and so the last place where the sum may start to count.
const PREFIX: usize = 48;

/// Whether the last seven characters are the checksum of those before them.
pub(super) fn holds(token: &[u8]) -> bool {
    let Some((body, sum)) = token.split_last_chunk::<LENGTH>() else { return false };
    let starts = body.iter().take(PREFIX).enumerate().filter(|(_, byte)| b"-_".contains(byte));
    std::iter::once(0)
        .chain(starts.map(|(at, _)| at + 1))
        .any(|start| *sum == base36(crc32fast::hash(&body[start..])))
}

fn base36(mut number: u32) -> [u8; LENGTH] {
    let mut text = [b'0'; LENGTH];
    for digit in text.iter_mut().rev() {
        *digit = DIGITS[(number % 36) as usize];
        number /= 36;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(body: &str) -> Vec<u8> {
        let mut token = body.as_bytes().to_vec();
        token.extend(base36(crc32fast::hash(body.as_bytes())));
        token
    }

    #[test]
    fn the_documented_token_holds() {
        assert!(holds(b"bzoxd_Rb5_cHeWe1JH56wr2FCBA.0r1pum4t4"));
    }

    #[test]
    fn a_wrong_tail_does_not_hold() {
        let mut token = signed("glpat-bzoxd1Rb5xcHeWe1JH56wr2FCBA.01.0r");
        assert!(holds(&token));
        *token.last_mut().expect("the token has bytes") ^= 1;
        assert!(!holds(&token));
        assert!(!holds(b"glpat-"));
    }

    #[test]
    fn a_prefix_put_on_later_does_not_count() {
        let mut token = b"ACME-".to_vec();
        token.extend(signed("glrt-t1_bzoxd1Rb5xcHeWe1JH56wr2FCBA.0r"));
        assert!(holds(&token));
    }
}
