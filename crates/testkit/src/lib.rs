//! The test world: throw-away databases, callers and browsers.

pub mod browser;
pub mod postgres;

mod backstage;
mod double;
mod github;
mod lines;
mod oidc;
mod peer;
mod portal;
mod program;
mod skip;

pub use backstage::{Backend, Frontend};
pub use browser::{Browser, Script};
pub use github::GitHub;
pub use oidc::{Down, Oidc};
pub use portal::{Portal, Setup, free_port};
pub use skip::skipped;
