//! Who an identity provider says has signed in, and which user of the catalog that is.
//!
//! A provider's answer becomes a [`Profile`]; a [`Resolver`] says what to look for in the catalog because of it. Nothing
//! here makes a user: whoever calls looks the [`Lookup`] up, and takes exactly one match or nobody.

mod alb;
mod claims;
mod profile;
mod resolver;
mod user_info;

pub use alb::{AlbClaims, AlbExpected};
pub use claims::{Expected, IdClaims};
pub use profile::{Email, Profile};
pub use resolver::{Attempt, Lookup, Resolver, ResolverKind, Unresolvable};
pub use user_info::user_info;
