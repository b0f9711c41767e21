//! How often one account may be signed in to, from wherever it is tried.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use model::EntityRef;

use crate::error::ApiError;

/// Accounts with a budget of their own until the next sweep. Only users of the catalog come here, so there are no more than
/// these; of more, none is refused for others' sake.
const MAX_KEYS: usize = 200_000;

/// A budget for each account.
pub(crate) struct Accounts {
    keyed: DefaultKeyedRateLimiter<EntityRef>,
    clock: DefaultClock,
}

impl Accounts {
    /// `rate` for each account.
    pub(crate) fn new(rate: config::Rate) -> Self {
        let burst = NonZeroU32::new(rate.requests).unwrap_or(NonZeroU32::MIN);
        let period = (rate.window / burst.get()).max(std::time::Duration::from_nanos(1));
        let quota =
            Quota::with_period(period).expect("the period is at least a nanosecond").allow_burst(burst);
        Self { keyed: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    /// Takes one from the account's budget.
    pub(crate) fn check(&self, account: &EntityRef) -> Result<(), ApiError> {
        if self.keyed.len() >= MAX_KEYS {
            self.sweep();
        }
        self.keyed.check_key(account).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::too_many(u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1))
        })
    }

    /// Forgets accounts whose budget is full again.
    pub(crate) fn sweep(&self) {
        self.keyed.retain_recent();
        self.keyed.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_account_has_its_own_budget() {
        let accounts = Accounts::new(config::Rate { requests: 2, window: Duration::from_mins(1) });
        let user = |name| EntityRef::new("user", "default", name);
        assert!(accounts.check(&user("ada")).is_ok() && accounts.check(&user("ada")).is_ok());
        assert_eq!(accounts.check(&user("ada")).expect_err("spent").status().as_u16(), 429);
        assert!(accounts.check(&user("bob")).is_ok());
    }
}
