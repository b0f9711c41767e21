//! Grafana's service account tokens end in eight hexadecimal digits: the CRC-32 of what stands before
//! the last underscore, least significant byte first.
//!
//! Source: <https://github.com/grafana/grafana/blob/main/pkg/components/satokengen/tokengen.go>

/// Whether the part after the last underscore is the checksum of the part before it.
pub(super) fn holds(token: &[u8]) -> bool {
    let Some(at) = token.iter().rposition(|byte| *byte == b'_') else { return false };
    let sum = crc32fast::hash(&token[..at]).swap_bytes();
    token[at + 1..] == *format!("{sum:08x}").as_bytes()
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_right_tail_holds_and_a_wrong_one_does_not() {
        let body = "glsa_R7uT2mQx9LzKcV4bN8sWpYd3FhJ6gA1e";
        let [a, b, c, d] = crc32fast::hash(body.as_bytes()).to_le_bytes();
        assert!(holds(format!("{body}_{a:02x}{b:02x}{c:02x}{d:02x}").as_bytes()));
        assert!(!holds(format!("{body}_{d:02x}{c:02x}{b:02x}{a:02x}").as_bytes()));
        assert!(!holds(body.as_bytes()));
        assert!(!holds(b"glsa"));
    }

    #[test]
    fn a_checksum_that_starts_with_zeros_keeps_them() {
        let found = (0..10_000)
            .map(|n| format!("glsa_{n}"))
            .find(|body| crc32fast::hash(body.as_bytes()).to_le_bytes()[0] < 0x10)
            .expect("one body in sixteen has such a checksum");
        let [a, b, c, d] = crc32fast::hash(found.as_bytes()).to_le_bytes();
        assert!(holds(format!("{found}_{a:02x}{b:02x}{c:02x}{d:02x}").as_bytes()));
    }
}
