//! Keys that take turns.

use model::Timestamp;
use serde_json::Value;
use time::Duration;

use crate::jws::{KeySet, SigningKey};

/// A key of the ring, with the moment it was made.
#[derive(Debug)]
pub struct RingKey {
    /// The key.
    pub key: SigningKey,
    /// When it was made.
    pub made_at: Timestamp,
}

/// The keys of one issuer: the newest signs, and older ones are published until the last token that they signed is void.
///
/// A key signs for `period` after it was made and stays published for three times that, as the reference has it. It is
/// published for a moment before it signs, so that who has fetched the keys just before knows it.
#[derive(Debug)]
pub struct KeyRing {
    /// Newest last.
    keys: Vec<RingKey>,
    period: Duration,
}

/// How long a new key is published before it signs, where there is another one that does.
const AHEAD: Duration = Duration::minutes(1);

impl KeyRing {
    /// A ring of keys that were kept. `period` is at least the lifetime of what they sign.
    pub fn new(mut keys: Vec<RingKey>, period: Duration) -> Self {
        keys.sort_by_key(|key| key.made_at);
        Self { keys, period: period.max(AHEAD * 2) }
    }

    /// The name of the newest key.
    pub fn newest(&self) -> Option<&str> {
        self.keys.last().map(|key| key.key.id())
    }

    /// Whether a new key has to be made now, to be there when the newest one stops signing.
    pub fn needs_a_key(&self, now: Timestamp) -> bool {
        self.keys.last().is_none_or(|newest| now >= newest.made_at + self.period - AHEAD)
    }

    /// The key that signs now; `None` if a new one has to be made first.
    pub fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        let signs = |key: &&RingKey| now < key.made_at + self.period;
        let in_turn = self.keys.iter().rev().filter(signs);
        let mut in_turn = in_turn.peekable();
        // The newest is not known everywhere yet, if there is one before it that still signs.
        let newest = in_turn.next()?;
        match in_turn.peek() {
            Some(before) if now < newest.made_at + AHEAD => Some(&before.key),
            _ => Some(&newest.key),
        }
    }

    /// Those that verify now.
    pub fn public(&self, now: Timestamp) -> KeySet {
        KeySet::of(self.published(now).map(|key| key.key.public()))
    }

    /// Those as a JSON Web Key Set.
    pub fn jwks(&self, now: Timestamp) -> Value {
        self.public(now).jwks()
    }

    /// Those that are published no more.
    pub fn over(&self, now: Timestamp) -> Vec<String> {
        let is_over = |key: &&RingKey| now >= key.made_at + self.period * 3;
        self.keys.iter().filter(is_over).map(|key| key.key.id().to_owned()).collect()
    }

    fn published(&self, now: Timestamp) -> impl Iterator<Item = &RingKey> {
        self.keys.iter().filter(move |key| now < key.made_at + self.period * 3)
    }
}
