//! Entities: parse, validate, process, stitch; and the index that answers every query.

pub mod index;
pub mod ingest;
pub mod query;
pub mod validate;
