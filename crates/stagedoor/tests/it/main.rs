//! The product from outside: the binary as its users run it, one module a promise.

mod audit;
mod browser;
mod check;
mod cli;
mod command;
mod deploy;
mod edge;
mod fresh_app;
mod gate;
mod golden;
mod hello;
mod metrics;
mod peers;
mod planted;
mod queries;
mod real;
mod reload;
mod renewal;
mod screening;
mod secret_ages;
mod secrets;
mod secrets_scan;
mod sign_in;
mod stranger;
mod tls;
mod wire;
mod world;

/// The binary under test.
const BINARY: &str = env!("CARGO_BIN_EXE_stagedoor");

/// A folder beside the checkout that holds reference material; `None`, with a line that says so, where
/// it is not there.
#[expect(clippy::print_stderr, reason = "a test that is not run must say so")]
fn reference(path: &str) -> Option<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    let found = folder.canonicalize().ok();
    if found.is_none() {
        eprintln!("skipped: {} is not there", folder.display());
    }
    found
}
