//! Bounded work: so many requests at once, a short queue, and then an honest 503.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::ApiError;

/// Counts requests in work and requests waiting.
#[derive(Debug)]
pub(crate) struct Overload {
    slots: Semaphore,
    waiting: AtomicUsize,
    queue: usize,
    patience: Duration,
}

impl Overload {
    /// `concurrency` requests in work, `queue` waiting for at most `patience`.
    pub(crate) fn new(concurrency: usize, queue: usize, patience: Duration) -> Self {
        Self { slots: Semaphore::new(concurrency), waiting: AtomicUsize::new(0), queue, patience }
    }

    /// A place among those in work, or 503 with Retry-After.
    pub(crate) async fn enter(&self) -> Result<SemaphorePermit<'_>, ApiError> {
        if let Ok(slot) = self.slots.try_acquire() {
            return Ok(slot);
        }
        let shed = || ApiError::unavailable("The server is busy, please try again", 1);
        let _place = Waiting::take(&self.waiting, self.queue).ok_or_else(shed)?;
        match tokio::time::timeout(self.patience, self.slots.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            _ => Err(shed()),
        }
    }
}

/// A place in the queue, given back when dropped: also when the client leaves while waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn take(count: &'a AtomicUsize, most: usize) -> Option<Self> {
        count
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| (now < most).then_some(now + 1))
            .ok()
            .map(|_| Self(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_queue_is_bounded_and_places_come_back() {
        let overload = Overload::new(1, 1, Duration::from_millis(30));
        let first = overload.enter().await.expect("there is a place");
        let (second, third) = tokio::join!(overload.enter(), overload.enter());
        for refused in [second, third] {
            let error = refused.expect_err("no place became free");
            assert_eq!((error.status().as_u16(), error.retry_after()), (503, Some(1)));
        }
        drop(first);
        assert!(overload.enter().await.is_ok());
    }
}
