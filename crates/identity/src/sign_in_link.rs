//! The one-time link that `--dev` prints at start.

use model::{EntityRef, Timestamp};
use time::Duration;

use crate::{OpaqueToken, Purpose, TokenHash, Unauthenticated};

/// How long a link can be redeemed.
pub const LINK_LIFETIME: Duration = Duration::minutes(10);

/// Purpose of a link's token.
#[derive(Debug)]
pub enum SignInLink {}

impl Purpose for SignInLink {
    const PREFIX: &'static str = "sdl_";
}

/// The secret of a link.
pub type LinkToken = OpaqueToken<SignInLink>;

/// What is kept of a link. It signs in a user who is chosen when it is redeemed.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Hash of its token.
    pub hash: TokenHash,
    /// The user it signs in; `None` when the person who redeems it chooses.
    pub user: Option<EntityRef>,
    /// The moment from which it is void.
    pub expires_at: Timestamp,
}

/// Checks a presented link against the row found by its hash, and says whom it signs in.
///
/// The row must have been taken out of the store in the same step that found it: that is what makes
/// the link work once.
pub fn verify_link(
    presented: &LinkToken,
    taken: Option<LinkRow>,
    now: Timestamp,
) -> Result<Option<EntityRef>, Unauthenticated> {
    let row = taken.filter(|row| row.hash == presented.hash()).ok_or(Unauthenticated::Unknown)?;
    if now >= row.expires_at {
        return Err(Unauthenticated::Expired);
    }
    Ok(row.user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opaque::tests::Counting;

    #[test]
    fn a_link_signs_in_until_its_time_is_over() {
        let token = LinkToken::generate(&Counting::default());
        let made = Timestamp::UNIX_EPOCH;
        let user = Some(EntityRef::new("user", "default", "ada"));
        let row = LinkRow { hash: token.hash(), user: user.clone(), expires_at: made + LINK_LIFETIME };
        let at = |now| verify_link(&token, Some(row.clone()), now);
        assert_eq!(at(made + LINK_LIFETIME - Duration::SECOND), Ok(user));
        assert_eq!(at(made + LINK_LIFETIME), Err(Unauthenticated::Expired));
        assert_eq!(verify_link(&token, None, made), Err(Unauthenticated::Unknown));
    }
}
