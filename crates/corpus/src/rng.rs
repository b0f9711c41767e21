//! A small seeded generator (splitmix64): the same seed makes the same corpus on every machine.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// 0-9.
pub const DIGITS: &str = "0123456789";
/// Lower-case hexadecimal.
pub const HEX: &str = "0123456789abcdef";
/// Upper-case hexadecimal.
pub const HEX_UPPER: &str = "0123456789ABCDEF";
/// a-z.
pub const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
/// a-z and 0-9.
pub const LOWER_DIGITS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
/// A-Z and 0-9.
pub const ALPHANUMERIC_UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// RFC 4648 base 32: A-Z and 2-7.
pub const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Base 58: letters and digits without `0`, `O`, `I` and `l`.
pub const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// Digits and letters, in the order in which base 62 numbers are written.
pub const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// RFC 4648 base 64.
pub const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// RFC 4648 base 64, for URLs.
pub const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Random numbers and texts from a seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator that makes the same sequence for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u128::try_from(end).expect("a usize fits");
        usize::try_from((u128::from(self.number()) * end) >> 64).expect("below a usize")
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// One of `choices`, of which there is at least one.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Puts things in another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (1..things.len()).rev() {
            things.swap(end, self.below(end + 1));
        }
    }

    /// `length` letters of an ASCII alphabet.
    pub fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..length).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }

    /// Random bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number().to_le_bytes()[0]).collect()
    }

    /// Random bytes in base 64 with padding.
    pub fn base64(&mut self, bytes: usize) -> String {
        STANDARD.encode(self.bytes(bytes))
    }

    /// Random bytes in base 64 for URLs, without padding.
    pub fn base64url(&mut self, bytes: usize) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes(bytes))
    }

    /// A random (version 4) UUID.
    pub fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.text(HEX, 8),
            self.text(HEX, 4),
            self.text(HEX, 3),
            self.text("89ab", 1),
            self.text(HEX, 3),
            self.text(HEX, 12)
        )
    }

    /// A password as password managers make them: letters of both cases and digits.
    pub fn password(&mut self) -> String {
        let length = self.between(16, 24);
        loop {
            let password = self.text(BASE62, length);
            let has = |test: fn(&u8) -> bool| password.bytes().filter(test).count() >= 2;
            if has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) {
                return password;
            }
        }
    }

    /// A host of a company's inner network.
    pub fn host(&mut self) -> String {
        let (name, zone) = (self.word(), self.pick(&["corp.internal", "prod.svc.internal", "eu1.internal"]));
        format!("{name}-{}.{zone}", self.between(1, 9))
    }

    /// The name of an account that a service uses.
    pub fn user(&mut self) -> String {
        let (name, role) = (self.word(), self.pick(&["app", "svc", "rw", "admin", "deploy"]));
        format!("{name}_{role}")
    }

    /// A lower-case word such as services, hosts, users and databases are called by.
    pub fn word(&mut self) -> &'static str {
        self.pick(&[
            "orders",
            "billing",
            "catalog",
            "payments",
            "search",
            "reports",
            "gateway",
            "ledger",
            "invoices",
            "shipping",
            "accounts",
            "metrics",
            "inventory",
            "checkout",
            "profile",
            "sessions",
            "mailer",
            "tickets",
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_sequence() {
        let make = |seed| {
            let mut rng = Rng::new(seed);
            (rng.text(BASE62, 40), rng.uuid(), rng.base64(30), rng.password())
        };
        assert_eq!(make(7), make(7));
        assert_ne!(make(7), make(8));
        // The first output of splitmix64 for the seed 0, as its authors publish it.
        assert_eq!(Rng::new(0).number(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn numbers_reach_every_place_and_stay_below() {
        let mut rng = Rng::new(1);
        let mut seen = [0_u32; 7];
        for _ in 0..1000 {
            seen[rng.below(7)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 80), "{seen:?}");
        assert!((0..1000).map(|_| rng.between(3, 5)).all(|number| (3..=5).contains(&number)));
    }

    #[test]
    fn shuffling_keeps_what_is_there() {
        let mut numbers: Vec<u32> = (0..50).collect();
        Rng::new(3).shuffle(&mut numbers);
        assert_ne!(numbers, (0..50).collect::<Vec<u32>>());
        numbers.sort_unstable();
        assert_eq!(numbers, (0..50).collect::<Vec<u32>>());
    }
}
