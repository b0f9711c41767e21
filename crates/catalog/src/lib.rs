//! Entities: parse, validate, process, stitch; and the index that answers every query.

pub mod ingest;
pub mod validate;
