//! Tests of the rules and the laws of the engine.

mod corpus;
mod rules;

use std::sync::Arc;

use model::{Clock, Timestamp};

use crate::{FingerprintKey, Rule, Rules, Scanner};

/// A clock that stands.
pub(crate) struct Stopped(i64);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_timestamp(self.0).expect("a valid time")
    }
}

/// A scanner with the rules in the binary, at the end of 2026.
pub(crate) fn scanner() -> Scanner {
    scanner_of(Rules::builtin())
}

/// A scanner with these rules alone.
pub(crate) fn scanner_with(rules: Vec<Rule>) -> Scanner {
    scanner_of(Rules::of(rules))
}

fn scanner_of(rules: Rules) -> Scanner {
    let key = FingerprintKey::kept(b"a key for tests only".to_vec()).expect("it is long enough");
    Scanner::new(rules, key, Arc::new(Stopped(1_798_000_000)))
}
