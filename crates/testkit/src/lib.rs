//! The test world: throw-away databases, callers and browsers.

pub mod postgres;
