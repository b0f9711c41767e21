//! Bytes an attacker may have written: YAML and JSON documents, request paths and query strings,
//! host addresses, glob patterns.
//!
//! Every reader here is a pure function with limits on size, depth and count. None does I/O, none
//! panics, and each error says what is wrong and where.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic))]

#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod glob;
pub mod json;
pub mod net;
pub mod percent;
pub mod query;
pub mod request_path;
pub mod yaml;

mod number;
