//! Our own log: on stderr, apart from the audit lines on stdout.

use config::{LogFormat, LogLevel, LogSettings};
use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts logging. A second call changes nothing.
pub fn log_to_stderr(settings: &LogSettings) {
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
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => {
            lines.compact().with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
        }
    };
}
