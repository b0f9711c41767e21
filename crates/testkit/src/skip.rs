//! Tests that cannot run where they are say so; in CI that is a failure.

/// Says that a test does not run here, because a program it needs is not installed.
///
/// # Panics
/// If `STAGEDOOR_NO_SKIP` is set, as the gate does: what it needs is always there, or something is
/// wrong.
#[expect(clippy::print_stderr, reason = "a test that is not run must say so")]
#[expect(clippy::disallowed_methods, reason = "the gate speaks to tests by their environment")]
pub fn skipped(why: &str) {
    assert!(std::env::var_os("STAGEDOOR_NO_SKIP").is_none(), "not skipped, STAGEDOOR_NO_SKIP is set: {why}");
    eprintln!("skipped: {why}");
}
