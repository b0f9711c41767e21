//! The guarded door to the developer portal.
fn main() {}
