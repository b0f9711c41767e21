//! The test world: throw-away databases, callers and browsers.

pub mod browser;
pub mod postgres;

mod portal;
mod program;
mod skip;

pub use browser::{Browser, Script};
pub use portal::{Portal, Setup, free_port};
pub use skip::skipped;
