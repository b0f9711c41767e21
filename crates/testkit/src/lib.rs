//! The test world: throw-away databases, callers and browsers.

pub mod postgres;

mod portal;

pub use portal::{Portal, Setup, free_port};
