//! The read routes' requests and answers, without HTTP: parameters and bodies in, body bytes out.
//!
//! Every answer takes a scope, the policy's predicate for the caller, and starts from it: what the
//! scope hides is not counted, faceted, paged, ordered, searched or named.

mod ancestry;
mod answer;
mod body;
mod by_query;
mod by_refs;
mod cursor;
mod entities;
mod error;
mod facets;
mod fields;
mod filter;
mod ordering;
mod params;
mod predicate;
mod scan;
mod single;

pub use ancestry::ancestry;
pub use answer::Answer;
pub use by_query::{ByQuery, by_query};
pub use by_refs::{ByRefs, by_refs};
pub use entities::{EntitiesAnswer, EntitiesQuery, entities};
pub use error::QueryError;
pub use facets::{FacetsQuery, facet, facets};
pub use params::{Pairs, no_parameters};
pub use single::{by_name, by_uid};
