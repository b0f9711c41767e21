//! From files and environment to one tree of values.

mod read;

pub(crate) use read::{FILE_BYTES, read_bounded};
