//! Audit records as lines on stdout, written by one thread, in pieces.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use tokio::sync::Notify;

/// Bytes that may wait for stdout; callers wait beyond, nothing is dropped.
const MOST: usize = 1024 * 1024;
/// How long the thread lets lines gather. A line a wake-up would cost a busy server more than the
/// request that it tells of.
const GATHER: Duration = Duration::from_millis(5);

/// The way to stdout. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct AuditLines {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Told when there is room again.
    room: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    closed: bool,
    /// Stdout does not take lines any more.
    broken: bool,
}

/// Room for one line.
#[derive(Debug)]
pub(crate) struct Place<'a>(&'a AuditLines);

impl Place<'_> {
    /// Puts the line there; it needs no waiting.
    pub(crate) fn send(self, line: &str) {
        let mut waiting = self.0.shared.lock();
        let first = waiting.bytes.is_empty();
        waiting.bytes.extend_from_slice(line.as_bytes());
        waiting.bytes.push(b'\n');
        drop(waiting);
        if first {
            self.0.thread.unpark();
        }
    }
}

/// Stdout was closed by whoever read it.
#[derive(Debug, thiserror::Error)]
#[error("stdout takes no audit lines any more")]
pub(crate) struct Broken;

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Appending bytes does not panic half-way.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuditLines {
    /// Starts the thread that writes to `out`. Join it after [`AuditLines::close`].
    pub(crate) fn start(out: impl Write + Send + 'static) -> (Self, JoinHandle<()>) {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let handle = std::thread::Builder::new()
            .name("audit-lines".into())
            .spawn(move || write(&theirs, out))
            .expect("a thread can be started");
        (Self { shared, thread: handle.thread().clone() }, handle)
    }

    /// A place for one line; waits while too many are waiting. What is written over the bound is one
    /// line for each request in work, and those are bounded too.
    pub(crate) async fn reserve(&self) -> Result<Place<'_>, Broken> {
        loop {
            let room = self.shared.room.notified();
            {
                let waiting = self.shared.lock();
                if waiting.broken {
                    return Err(Broken);
                }
                if waiting.bytes.len() < MOST {
                    return Ok(Place(self));
                }
            }
            room.await;
        }
    }

    /// Lets the thread end once everything is written.
    pub(crate) fn close(&self) {
        self.shared.lock().closed = true;
        self.thread.unpark();
    }
}

fn write(shared: &Shared, mut out: impl Write) {
    let mut piece = Vec::new();
    loop {
        let closed = {
            let mut waiting = shared.lock();
            std::mem::swap(&mut piece, &mut waiting.bytes);
            waiting.closed
        };
        shared.room.notify_waiters();
        if piece.is_empty() {
            if closed {
                return;
            }
            std::thread::park();
            if !shared.lock().closed {
                std::thread::sleep(GATHER);
            }
            continue;
        }
        let written = out.write_all(&piece).and_then(|()| out.flush());
        piece.clear();
        if let Err(error) = written {
            tracing::error!(%error, "stdout takes no audit lines any more");
            shared.lock().broken = true;
            shared.room.notify_waiters();
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("full"))
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn every_line_is_written_in_order_also_when_many_wait() {
        let out = Written::default();
        let (lines, thread) = AuditLines::start(out.clone());
        let long = "x".repeat(1000);
        for n in 0..5_000 {
            lines.reserve().await.expect("stdout is open").send(&format!("{n} {long}"));
        }
        lines.close();
        thread.join().expect("the thread ends");
        let written = String::from_utf8(out.0.lock().expect("not poisoned").clone()).expect("UTF-8");
        let numbers: Vec<usize> = written
            .lines()
            .map(|line| line.split(' ').next().and_then(|n| n.parse().ok()).expect("a number"))
            .collect();
        assert_eq!(numbers, (0..5_000).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_closed_stdout_is_noticed() {
        let (lines, thread) = AuditLines::start(Full);
        lines.reserve().await.expect("nothing was tried yet").send("one");
        thread.join().expect("the thread ends");
        assert!(lines.reserve().await.is_err());
    }
}
