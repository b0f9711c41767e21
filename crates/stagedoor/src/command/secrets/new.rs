//! `stagedoor secrets new`: a secret that nobody can guess.

use std::fmt::Write as _;
use std::process::ExitCode;

use model::Entropy as _;

use crate::output;

/// Bytes of a secret.
const BYTES: usize = 32;

/// Prints 32 random bytes in hexadecimal, alone on a line: for a file, a variable or a secrets manager.
pub(super) fn run() -> ExitCode {
    let mut bytes = [0; BYTES];
    server::SystemEntropy::default().fill(&mut bytes);
    let mut text = String::with_capacity(2 * BYTES);
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    output::entrusted(&text);
    ExitCode::SUCCESS
}
