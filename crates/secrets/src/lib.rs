//! Finds and masks secrets in text, trees and streams.
//!
//! Rules are data (`rules/*.toml`): each says what its secret looks like and carries examples that must
//! match and near misses that must not. A [`Scanner`] holds compiled [`Rules`]; what it finds is told
//! as a [`Finding`], which has the place, a masked form and a keyed fingerprint, and never the secret.
//!
//! No I/O happens here: callers bring the bytes.

mod allow;
mod baseline;
mod builtin;
mod check;
mod commonness;
mod copies;
mod document;
mod engine;
mod entropy;
mod excerpt;
mod filter;
mod finding;
mod fingerprint;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
mod gitleaks;
mod known;
mod lists;
mod load;
mod mask;
mod name;
mod pattern;
mod places;
mod quiet;
mod random;
mod rule;
mod rules;
mod scanner;
mod stream;
mod tree;

#[cfg(test)]
mod tests;

pub use allow::{
    ALLOW_FILE, ALLOW_MARK, AllowFile, AllowProblem, Allowance, InlineAllowance, InlineAllowances,
};
pub use baseline::{BASELINE_BYTES, Baseline, BaselineError, KnownSecret};
pub use copies::Copies;
pub use excerpt::Excerpt;
pub use finding::Finding;
pub use fingerprint::{Fingerprint, FingerprintKey, KEY_BYTES, ShortKeyError};
pub use load::{Loaded, RuleProblem};
pub use mask::Masked;
pub use rule::Rule;
pub use rules::Rules;
pub use scanner::{CONFIGURED, Scanner};
pub use stream::Redactor;
pub use tree::TreeFinding;

/// Reads rules of somebody else: in our own form (`[[rule]]`), or in that of gitleaks (`[[rules]]`).
pub fn load_rules(text: &str) -> Loaded {
    let table = if text.len() > load::FILE_BYTES { Err(()) } else { toml::from_str(text).map_err(|_| ()) };
    if table.is_ok_and(|table| gitleaks::is_one(&table)) {
        return gitleaks::import(text);
    }
    load::load(text, load::Trust::Foreign)
}
