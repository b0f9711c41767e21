//! A private key that is all there: not a marker that a program looks for, nor one cut short in a
//! manual.

use crate::entropy::entropy;

/// Least characters of base64 between the markers: an Ed25519 key has 64, and 48 as `PuTTY` writes it.
const LEAST: usize = 60;
const LEAST_OF_PUTTY: usize = 40;
/// Least entropy of them, in bits a byte.
const ENTROPY: f64 = 3.7;
/// Bytes that are looked at.
const LOOK: usize = 4096;

/// Whether there is a key between the markers.
pub(super) fn holds(block: &[u8]) -> bool {
    let block = &block[..block.len().min(LOOK)];
    let after = |mark: &[u8]| memchr::memmem::find(block, mark).map(|at| at + mark.len());
    let putty = after(b"Private-Lines:");
    let least = if putty.is_some() { LEAST_OF_PUTTY } else { LEAST };
    let Some(begin) = putty.or_else(|| after(b"BEGIN ")) else { return false };
    let body = &block[begin..];
    // Where a manual cuts it short, what follows is something else.
    let end = ["-----END", "...", "…"]
        .iter()
        .filter_map(|mark| memchr::memmem::find(body, mark.as_bytes()))
        .min()
        .unwrap_or(body.len());
    // Runs of base64; words of headers, and what escapes and quotes leave, are shorter.
    let key: Vec<u8> = body[..end]
        .split(|byte| !(byte.is_ascii_alphanumeric() || b"+/=".contains(byte)))
        .filter(|run| run.len() >= 16)
        .flatten()
        .copied()
        .collect();
    key.len() >= least && entropy(&key) >= ENTROPY
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn markers_alone_are_no_key() {
        let begin = concat!("-----BEGIN ", "PRIVATE KEY-----");
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        assert!(holds(format!("{begin}\n{body}\n-----END PRIVATE KEY-----").as_bytes()));
        assert!(holds(format!("{begin}\\n{body}\\n").as_bytes()));
        assert!(!holds(format!("{begin}\n-----END PRIVATE KEY-----").as_bytes()));
        assert!(!holds(format!("{begin}\n{}\n-----END", &body[..20]).as_bytes()));
        assert!(!holds(format!("{begin}\n{}\n-----END", "x".repeat(64)).as_bytes()));
        let code = "\",\n  clientId: \"1234567890abcdef1234\",\n  clientSecret: \"1234567890abcdef1234abcdef1234567890abcdef\"";
        assert!(!holds(format!("{begin}\\n...{code}").as_bytes()));
        assert!(!holds(b""));
    }
}
