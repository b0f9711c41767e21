//! How far a long work is, on a terminal only.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Time between two lines.
const EVERY: Duration = Duration::from_millis(120);

/// Does the work while telling how far it is.
pub(crate) fn during<T>(line: impl Fn() -> String + Send, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (ended, is_ended) = channel::<()>();
        scope.spawn(move || {
            let mut width = 0;
            while is_ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                let line = line();
                width = line.len().max(width);
                show(&format!("\r{line:width$}"));
            }
            if width > 0 {
                show(&format!("\r{:width$}\r", ""));
            }
        });
        let worked = work();
        drop(ended);
        worked
    })
}

/// A terminal that is gone needs no progress.
fn show(text: &str) {
    let mut stderr = anstream::stderr();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
