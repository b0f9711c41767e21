//! Rate limits per client address: one for everything, a stricter one for beginning to sign in and for failing to.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::address::{rate_key, wide_rate_key};

/// Addresses with a budget of their own, until the next sweep. In a flood of more, one budget stands for
/// a large network: memory and time stay bounded, and the flood's own networks are what it spends.
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
        let key = if self.keyed.len() < MAX_KEYS { rate_key(address) } else { wide_rate_key(address) };
        self.keyed.check_key(&key).map_err(|not_until| {
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
    fn a_flood_of_addresses_is_bounded() {
        let limiter = Limiter::new(1, Duration::from_mins(1));
        for at in 0..150_000_u32 {
            let _ = limiter.check(std::net::Ipv4Addr::from(0x0a00_0000 + at).into());
        }
        assert!(limiter.keyed.len() < MAX_KEYS + 70_000 / 256, "{}", limiter.keyed.len());
        let newcomer = std::net::Ipv4Addr::from(0x0a00_0000 + 149_999).into();
        assert!(limiter.check(newcomer).is_err(), "a large network shares a budget");
    }

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
