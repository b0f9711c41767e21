//! The test world: throw-away databases, callers and browsers.

pub mod postgres;

mod portal;
mod skip;

pub use portal::{Portal, Setup, free_port};
pub use skip::skipped;
