//! How far the scan is.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::progress;

/// Does the work while telling how much of it is done, of what is known by then to be done.
pub(crate) fn during<T>(total: Option<&AtomicUsize>, done: &AtomicUsize, work: impl FnOnce() -> T) -> T {
    let line = || {
        let done = done.load(Ordering::Relaxed);
        match total {
            Some(total) => format!("scanning: {done} of {} files", total.load(Ordering::Relaxed)),
            None => format!("scanning: {done} files"),
        }
    };
    progress::during(line, work)
}
