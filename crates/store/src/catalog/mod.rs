//! Entities: written by change, read whole at start, followed by number.

mod apply;
mod feed;
mod row;
mod scan;
mod screening;

pub use feed::Feed;
pub use row::Served;
