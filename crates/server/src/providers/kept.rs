//! Documents of others, kept for a while.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use model::Timestamp;
use time::Duration;
use tokio::sync::Mutex;

use super::ProviderError;

/// How long one is used without asking.
const FRESH: Duration = Duration::hours(1);
/// How long one is used while its owner does not answer.
const STALE: Duration = Duration::days(1);
/// How long nobody is asked who did not answer. Longer than one waits for an answer, so that those who wait for the same
/// one do not wait one after the other.
const PAUSE: Duration = Duration::seconds(15);
/// How often a newer one is asked for ahead of time, within [`WINDOW`].
const RENEWALS: usize = 10;
const WINDOW: Duration = Duration::minutes(1);

/// A document that is fetched when it is needed. Many may need it at once: one fetches, and the others wait.
pub(super) struct Kept<T> {
    held: ArcSwapOption<Held<T>>,
    fetching: Mutex<Fetches>,
}

/// A document, and when it was asked for.
pub(super) struct Held<T> {
    pub(super) value: T,
    at: Timestamp,
}

#[derive(Default)]
struct Fetches {
    failed: Option<(ProviderError, Timestamp)>,
    renewals: Vec<Timestamp>,
}

impl<T> Kept<T> {
    pub(super) fn new() -> Self {
        Self { held: ArcSwapOption::empty(), fetching: Mutex::default() }
    }

    /// The document: what is held, or what `fetch` brings.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        fetch: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<Arc<Held<T>>, ProviderError> {
        if let Some(held) = self.within(now, FRESH) {
            return Ok(held);
        }
        let mut fetches = self.fetching.lock().await;
        if let Some(held) = self.within(now, FRESH) {
            return Ok(held);
        }
        if let Some((error, at)) = &fetches.failed
            && near(now, *at, PAUSE)
        {
            return self.within(now, STALE).ok_or_else(|| error.clone());
        }
        match fetch.await {
            Ok(value) => {
                fetches.failed = None;
                Ok(self.hold(value, now))
            }
            Err(error) => {
                fetches.failed = Some((error.clone(), now));
                self.within(now, STALE).ok_or(error)
            }
        }
    }

    /// A newer one than `than`, which turned out to lack something; what is held when that was tried too often, or is
    /// being tried. Whoever makes up names of keys must not make us ask without end, and nobody waits for what another
    /// asked for: of those who made names up, each would hold a place.
    pub(super) async fn renew(
        &self,
        now: Timestamp,
        than: &Arc<Held<T>>,
        fetch: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<Arc<Held<T>>, ProviderError> {
        let held = || self.held.load_full().unwrap_or_else(|| Arc::clone(than));
        let Ok(mut fetches) = self.fetching.try_lock() else { return Ok(held()) };
        let held = held();
        if !Arc::ptr_eq(&held, than) {
            return Ok(held);
        }
        if let Some((error, at)) = &fetches.failed
            && near(now, *at, PAUSE)
        {
            return Err(error.clone());
        }
        fetches.renewals.retain(|at| near(now, *at, WINDOW));
        if fetches.renewals.len() >= RENEWALS {
            return Ok(held);
        }
        fetches.renewals.push(now);
        match fetch.await {
            Ok(value) => {
                fetches.failed = None;
                Ok(self.hold(value, now))
            }
            Err(error) => {
                fetches.failed = Some((error.clone(), now));
                Err(error)
            }
        }
    }

    fn hold(&self, value: T, at: Timestamp) -> Arc<Held<T>> {
        let held = Arc::new(Held { value, at });
        self.held.store(Some(Arc::clone(&held)));
        held
    }

    fn within(&self, now: Timestamp, age: Duration) -> Option<Arc<Held<T>>> {
        self.held.load_full().filter(|held| near(now, held.at, age))
    }
}

/// Clocks are set back at times: what was in the future is old, too.
fn near(now: Timestamp, at: Timestamp, distance: Duration) -> bool {
    (now - at).abs() < distance
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::Refusal;
    use super::*;

    const T0: Timestamp = Timestamp::UNIX_EPOCH;

    fn brings(value: u8) -> Ready<Result<u8, ProviderError>> {
        ready(Ok(value))
    }

    fn fails() -> Ready<Result<u8, ProviderError>> {
        ready(Err(Refusal::Unknown.into()))
    }

    async fn get(kept: &Kept<u8>, now: Timestamp, value: Option<u8>) -> Option<u8> {
        let answer = match value {
            Some(value) => kept.get(now, brings(value)).await,
            None => kept.get(now, fails()).await,
        };
        answer.ok().map(|held| held.value)
    }

    #[tokio::test]
    async fn one_is_used_for_an_hour_and_for_a_day_while_its_owner_is_down() {
        let kept = Kept::new();
        assert_eq!(get(&kept, T0, None).await, None);
        assert_eq!(get(&kept, T0 + Duration::seconds(14), Some(1)).await, None, "it was just asked");
        assert_eq!(get(&kept, T0 + Duration::seconds(15), Some(2)).await, Some(2));
        assert_eq!(get(&kept, T0 + Duration::minutes(59), Some(3)).await, Some(2));
        let later = T0 + Duration::hours(2);
        assert_eq!(get(&kept, later, None).await, Some(2), "stale, but there is no other");
        assert_eq!(get(&kept, later + Duration::seconds(5), Some(4)).await, Some(2));
        assert_eq!(get(&kept, later + Duration::seconds(20), Some(4)).await, Some(4));
        assert_eq!(get(&kept, later + Duration::days(2), None).await, None, "too old");
        assert_eq!(get(&kept, T0 - Duration::days(9), Some(5)).await, Some(5), "the clock was set back");
    }

    #[tokio::test]
    async fn newer_ones_are_asked_for_ten_times_a_minute() {
        let kept = Kept::new();
        let mut held = kept.get(T0, brings(0)).await.expect("one");
        for n in 1..=20 {
            held = kept.renew(T0, &held, brings(n)).await.expect("one");
            assert_eq!(held.value, n.min(10));
        }
        let first = kept.renew(T0 + Duration::minutes(1), &held, brings(21)).await.expect("one");
        assert_eq!(first.value, 21);
        let second = kept.renew(T0 + Duration::minutes(1), &held, brings(22)).await.expect("one");
        assert_eq!(second.value, 21, "somebody else has it already");
    }

    #[tokio::test]
    async fn a_newer_one_that_did_not_come_is_not_asked_for_again_at_once() {
        let kept = Kept::new();
        let held = kept.get(T0, brings(0)).await.expect("one");
        assert!(kept.renew(T0, &held, fails()).await.is_err());
        let soon = T0 + PAUSE - Duration::SECOND;
        assert!(kept.renew(soon, &held, brings(1)).await.is_err(), "it was just asked");
        assert_eq!(get(&kept, soon, Some(1)).await, Some(0), "what is held is used");
        assert_eq!(kept.renew(T0 + PAUSE, &held, brings(2)).await.expect("one").value, 2);
    }

    #[tokio::test]
    async fn nobody_waits_for_the_newer_one_of_another() {
        let kept = Kept::new();
        let held = kept.get(T0, brings(0)).await.expect("one");
        let (answer, slow) = tokio::sync::oneshot::channel();
        let slow = async { slow.await.map_err(|_| Refusal::Unknown.into()) };
        let first = kept.renew(T0, &held, slow);
        let others = async {
            for _ in 0..50 {
                assert_eq!(kept.renew(T0, &held, brings(9)).await.expect("one").value, 0);
            }
            assert!(answer.send(1).is_ok(), "the first still waits");
        };
        let (first, ()) = tokio::join!(first, others);
        assert_eq!(first.expect("one").value, 1);
    }

    #[tokio::test]
    async fn many_at_once_ask_once() {
        let (kept, asked) = (Kept::new(), AtomicUsize::new(0));
        let slow = || async {
            tokio::task::yield_now().await;
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(7)
        };
        let all = futures_util::future::join_all((0..50).map(|_| kept.get(T0, slow()))).await;
        assert!(all.iter().all(|held| held.as_ref().is_ok_and(|held| held.value == 7)));
        assert_eq!(asked.into_inner(), 1);
    }
}
