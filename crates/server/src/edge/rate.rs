//! Rate limits per client address: one for everything, a stricter one for `/api/auth` and `/sign-in`.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::address::rate_key;

/// Addresses remembered before the quiet ones are forgotten; a flood of addresses costs no more.
const MAX_KEYS: usize = 100_000;

/// A keyed limiter: `requests` at once, refilled evenly over `window`.
pub(crate) struct Limiter {
    keyed: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Limiter {
    /// A limiter of `requests` (at least 1) in each `window` for each address.
    pub(crate) fn new(requests: u32, window: Duration) -> Self {
        let burst = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        let period = (window / burst.get()).max(Duration::from_nanos(1));
        let quota =
            Quota::with_period(period).expect("the period is at least a nanosecond").allow_burst(burst);
        Self { keyed: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one from the address's budget, or says how many seconds to wait.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), u32> {
        if self.keyed.len() > MAX_KEYS {
            self.sweep();
        }
        self.keyed.check_key(&rate_key(address)).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }

    /// Forgets addresses whose budget is full again.
    pub(crate) fn sweep(&self) {
        self.keyed.retain_recent();
        self.keyed.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_stopped_and_its_neighbour_is_not() {
        let limiter = Limiter::new(3, Duration::from_mins(1));
        let (one, two) = ("192.0.2.1".parse().expect("an address"), "192.0.2.2".parse().expect("an address"));
        for _ in 0..3 {
            assert_eq!(limiter.check(one), Ok(()));
        }
        let wait = limiter.check(one).expect_err("the budget is spent");
        assert!((1..=21).contains(&wait), "{wait}");
        assert_eq!(limiter.check(two), Ok(()));
    }
}
