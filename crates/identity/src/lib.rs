//! A presented credential becomes a [`Principal`], or does not.
//!
//! INVARIANT: this is the only crate that makes a user or a service out of a credential; the
//! constructors are private, and `compile_fail.rs` of `policy` holds that they stay so. Nothing here
//! does I/O: whoever calls brings the row of the session table and the [`Membership`] of the catalog.

pub mod backstage;
mod bearer;
pub mod external;
mod form_token;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod jws;
mod membership;
mod opaque;
mod principal;
mod restrictions;
mod seal;
mod service_token;
mod session;
pub mod sign_in;
mod sign_in_link;

pub use bearer::{MAX_CREDENTIAL_BYTES, Malformed, bearer};
pub use form_token::FormToken;
pub use membership::{MAX_GROUPS, Membership, Memberships};
pub use opaque::{OpaqueToken, Purpose, TokenHash};
pub use principal::{Nobody, Principal, Service, User};
pub use restrictions::{ActionAttribute, PluginRestriction, Restrictions};
pub use seal::{MAX_SEALED_BYTES, NotSealed, Sealed, Sealer, SealingKeyError};
pub use service_token::{ServiceToken, ServiceTokenError, ServiceTokens};
pub use session::{
    Session, SessionKind, SessionRow, SessionToken, Unauthenticated, verify_limited_token, verify_session,
    verify_user_token,
};
pub use sign_in_link::{LINK_LIFETIME, LinkRow, LinkToken, SignInLink, verify_link};
