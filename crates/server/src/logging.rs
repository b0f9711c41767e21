//! Our own log: on stderr, apart from the audit lines on stdout.

use std::io::{self, IsTerminal as _, Write};

use config::{LogFormat, LogLevel, LogSettings};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::masks::Masks;

/// Starts logging, secrets masked, panics included. A second call changes nothing.
pub fn log_to_stderr(settings: &LogSettings, masks: Masks) {
    let level = match settings.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "debug",
        LogLevel::Trace => "trace",
    };
    // Libraries below us are heard from `warn` on: their debug lines may hold what they carry.
    let filter = EnvFilter::new(format!(
        "warn,server={level},store={level},catalog={level},policy={level},config={level},stagedoor={level}"
    ));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(MaskedStderr(masks));
    let started = match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => {
            lines.compact().with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
        }
    };
    if started.is_ok() {
        // The usual hook would print the message as it is.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let message = panic.payload_as_str().unwrap_or("no message");
            tracing::error!(place, message, "a panic");
        }));
    }
}

/// Stderr, on which each line is masked before it is written.
struct MaskedStderr(Masks);

impl<'a> MakeWriter<'a> for MaskedStderr {
    type Writer = MaskedLine<'a, io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskedLine { masks: &self.0, out: io::stderr() }
    }
}

/// One event. The subscriber writes each whole, in one call, so nothing is split.
struct MaskedLine<'a, W> {
    masks: &'a Masks,
    out: W,
}

impl<W: Write> Write for MaskedLine<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.out.write_all(&self.masks.bytes(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masks;

    #[test]
    fn a_line_is_written_masked() {
        let masks = masks::for_tests();
        let mut line = MaskedLine { masks: &masks, out: Vec::new() };
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
        let key = format!("-----BEGIN {0}-----\\n{body}\\n-----END {0}-----", "PRIVATE KEY");
        line.write_all(format!("ERROR cause=\"{key}\"\n").as_bytes()).expect("a vector takes bytes");
        assert_eq!(String::from_utf8(line.out).expect("it is text"), "ERROR cause=\"***\"\n");
    }
}
