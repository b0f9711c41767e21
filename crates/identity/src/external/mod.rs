//! Tokens of programs outside the portal: `backend.auth.externalAccess` of type `legacy` and `jwks`.
//!
//! Those of type `static` are [`crate::ServiceTokens`]. Facts, as the reference does it: a legacy token is signed with a
//! secret that both sides hold, and says that it is of `backstage-server`; a token of type `jwks` is of an issuer of the
//! company's, and its subject becomes `external:` with that of the token. Stricter than the reference: both have to end.

mod issuer_token;
mod legacy;

pub use issuer_token::{IssuerToken, IssuerTokenError};
pub use legacy::{LegacySecret, LegacySecretError};
