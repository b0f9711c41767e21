//! Codes that a provider did not take, by the network that they came from.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;
use time::Duration;

/// How long a network's failures are counted together.
const WINDOW: Duration = Duration::minutes(5);
/// How many a network has in that time. An office behind one address seldom has any.
const MAX: u32 = 30;
/// Networks that are counted at once. Of more, none is: they have the budget of the edge each.
const MAX_NETWORKS: usize = 10_000;

/// Failed exchanges with one provider. Each is a request with our client secret, by which the provider judges us; and
/// whoever has a state can have as many as she likes. A budget for all together would be one that strangers could spend for
/// everybody.
#[derive(Debug, Default)]
pub(crate) struct Failures(Mutex<HashMap<IpAddr, Counted>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    since: Timestamp,
    failed: u32,
}

impl Counted {
    fn counts(self, now: Timestamp) -> bool {
        // Clocks are set back at times.
        (now - self.since).abs() < WINDOW
    }
}

impl Failures {
    /// Whether a network has failed so often that nothing more of its is tried now.
    pub(crate) fn are_too_many(&self, network: IpAddr, now: Timestamp) -> bool {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.get(&network).is_some_and(|one| one.counts(now) && one.failed >= MAX)
    }

    /// Counts a failure.
    pub(crate) fn count(&self, network: IpAddr, now: Timestamp) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= MAX_NETWORKS && !counted.contains_key(&network) {
            counted.retain(|_, one| one.counts(now));
            if counted.len() >= MAX_NETWORKS {
                return;
            }
        }
        let new = Counted { since: now, failed: 0 };
        let one = counted.entry(network).or_insert(new);
        if !one.counts(now) {
            *one = new;
        }
        one.failed = one.failed.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Timestamp = Timestamp::UNIX_EPOCH;

    fn network(n: u32) -> IpAddr {
        IpAddr::from(n.to_be_bytes())
    }

    #[test]
    fn a_network_that_fails_often_waits_and_no_other_does() {
        let failures = Failures::default();
        for _ in 0..MAX {
            assert!(!failures.are_too_many(network(1), T0));
            failures.count(network(1), T0);
        }
        assert!(failures.are_too_many(network(1), T0 + WINDOW - Duration::SECOND));
        assert!(!failures.are_too_many(network(2), T0));
        assert!(!failures.are_too_many(network(1), T0 + WINDOW));
        failures.count(network(1), T0 + WINDOW);
        assert!(!failures.are_too_many(network(1), T0 + WINDOW), "it begins anew");
    }

    #[test]
    fn there_is_an_end_to_what_is_counted() {
        let failures = Failures::default();
        let networks = u32::try_from(MAX_NETWORKS).expect("few");
        for n in 0..networks + 10 {
            failures.count(network(n), T0);
        }
        let held = || failures.0.lock().expect("nobody panics with it").len();
        assert_eq!(held(), MAX_NETWORKS);
        failures.count(network(u32::MAX), T0 + WINDOW);
        assert_eq!(held(), 1, "what is over makes room");
    }
}
