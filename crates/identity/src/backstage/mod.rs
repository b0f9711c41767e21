//! Backstage's own tokens, which its frontend and its Node backends read.
//!
//! Facts, as the reference does it (auth backend 0.30, auth node 0.7): a user token is ES256 with the type
//! `vnd.backstage.user`; the signature of a *limited* token, with the same subject and times, stands in its claim `uip`,
//! so that whoever holds the one can make the other, and nobody can go back. A plugin's token is of the type
//! `vnd.backstage.plugin` and is checked with the keys that the calling plugin publishes.
//!
//! Stricter than the reference: issuer and audience of a user token are compared, and every token says which sign-in it
//! comes from (`sid`), so that one sign-in can be ended.

mod key_ring;
mod plugin_token;
#[cfg(test)]
mod tests;
mod user_token;

pub use key_ring::{KeyRing, RingKey};
pub use plugin_token::{OnBehalfOf, PluginCaller, PluginKeys, PluginTokens};
pub use user_token::{IssuedUserToken, LimitedClaims, UserClaims, UserTokens};

use model::Timestamp;
use time::Duration;

use crate::jws::{NumericDate, Rejected};

/// The type of a user token.
const USER: &str = "vnd.backstage.user";
/// The type of a limited user token.
const LIMITED_USER: &str = "vnd.backstage.limited-user";
/// The type of a plugin's token.
const PLUGIN: &str = "vnd.backstage.plugin";

/// How far the clocks of two machines may be apart.
const SKEW: Duration = Duration::seconds(10);

/// Checks the times of a token that may be valid for `longest`.
fn in_time(iat: NumericDate, exp: NumericDate, longest: Duration, now: Timestamp) -> Result<(), Rejected> {
    let (iat, exp) = (iat.timestamp(), exp.timestamp());
    if now >= exp {
        Err(Rejected::Expired)
    } else if iat > now + SKEW {
        Err(Rejected::NotYet)
    } else if exp - iat > longest {
        Err(Rejected::Lifetime)
    } else {
        Ok(())
    }
}
