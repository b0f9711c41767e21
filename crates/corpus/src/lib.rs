//! Generated credentials, and the realistic files they are planted in: for tests and benchmarks; never shipped.
//!
//! Everything here is made from a seed and is worth nothing. Each generator is written from the page that documents
//! the vendor's format, never from a detection pattern: a pattern that is wrong must not find what is wrong in the
//! same way.

mod credential;
mod drive;
mod formats;
pub mod generators;
mod negatives;
mod rng;
mod set;

pub use credential::{Carrier, Credential, Draft, Generator, Piece};
pub use drive::drive;
pub use formats::{Format, Place, Planted};
pub use generators::generators;
pub use negatives::negatives;
pub use rng::{
    ALPHANUMERIC_UPPER, BASE32, BASE58, BASE62, BASE64, BASE64URL, DIGITS, HEX, HEX_UPPER, LOWER,
    LOWER_DIGITS, Rng,
};
pub use set::corpus;
