//! What looks random is never harmless.

use super::{harmless, harmless_at_place};

/// Numbers in a fixed order (xorshift), so that a failure can be seen again.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0)
    }
}

#[test]
fn random_tokens_are_never_harmless() {
    const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    const ALPHABETS: [(&[u8], usize); 6] = [
        (b"0123456789abcdef", 32),
        (b"0123456789ABCDEF", 32),
        (LOWER, 20),
        (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 24),
        (b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", 16),
        (b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 20),
    ];
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for nth in 0..100_000 {
        let (alphabet, shortest) = ALPHABETS[nth % ALPHABETS.len()];
        let length = shortest + numbers.next() % 48;
        let token: Vec<u8> = (0..length).map(|_| alphabet[numbers.next() % alphabet.len()]).collect();
        let shown = String::from_utf8_lossy(&token);
        assert!(!harmless(&token) && !harmless_at_place(&token), "{shown} is taken for harmless");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_judged_without_a_panic(value in proptest::collection::vec(0_u8.., 0..300)) {
        let _ = harmless(&value) || harmless_at_place(&value);
    }
}
