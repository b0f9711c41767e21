//! `cargo xtask bench`.

/// Runs the benchmark.
pub(crate) fn run(_: &[&str]) -> Vec<String> {
    vec!["written below".to_owned()]
}
