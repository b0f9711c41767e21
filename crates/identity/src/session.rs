//! Sessions: what a person holds after signing in.

use model::{EntityRef, Timestamp};

use crate::{Membership, OpaqueToken, Principal, Purpose, TokenHash};

/// Purpose of a session's token.
#[derive(Debug)]
pub enum Session {}

impl Purpose for Session {
    const PREFIX: &'static str = "sd_";
}

/// The secret of a session.
pub type SessionToken = OpaqueToken<Session>;

/// How a session's token travels. One kind does not pass for another: what a page's cookie holds is
/// no bearer token, and the other way round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// In the cookie of our pages.
    Page,
    /// In an `Authorization` header: scripts and tests.
    Bearer,
    /// In the refresh cookie of the Backstage frontend. It gets user tokens and says nothing by itself
    /// about who asks.
    Token,
}

impl SessionKind {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Bearer => "bearer",
            Self::Token => "token",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Page, Self::Bearer, Self::Token].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What the session table holds.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Hash of its token.
    pub hash: TokenHash,
    /// Who signed in.
    pub user: EntityRef,
    /// How its token may travel.
    pub kind: SessionKind,
    /// The moment from which it is void.
    pub expires_at: Timestamp,
}

/// Why a credential is not accepted. For the log: callers answer 401 to all of them alike.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unauthenticated {
    /// There is no such token: never made, revoked, or used up.
    #[error("token is unknown")]
    Unknown,
    /// Its time is over.
    #[error("token has expired")]
    Expired,
    /// A page's cookie came as a bearer token, or the other way round; or a refresh token came for itself.
    #[error("token may not travel this way")]
    WrongKind,
    /// The user is not, or no longer, in the catalog.
    #[error("user `{0}` is not in the catalog")]
    NotInCatalog(EntityRef),
}

/// Checks a presented token against the row found by its hash.
///
/// `row` is `None` when the table has none. The row's hash is compared again, so a row fetched by
/// anything else than the token's hash is refused. A row of [`SessionKind::Token`] makes nobody, however
/// its token came.
pub fn verify_session(
    presented: &SessionToken,
    row: Option<SessionRow>,
    travelled_as: SessionKind,
    now: Timestamp,
    catalog: &dyn Membership,
) -> Result<Principal, Unauthenticated> {
    let row = row.filter(|row| row.hash == presented.hash()).ok_or(Unauthenticated::Unknown)?;
    if now >= row.expires_at {
        return Err(Unauthenticated::Expired);
    }
    if row.kind != travelled_as || row.kind == SessionKind::Token {
        return Err(Unauthenticated::WrongKind);
    }
    match catalog.of(&row.user) {
        Some(memberships) => Ok(Principal::user(row.user, &memberships, row.hash)),
        None => Err(Unauthenticated::NotInCatalog(row.user)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memberships;
    use crate::opaque::tests::Counting;
    use time::Duration;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    struct Company;

    impl Membership for Company {
        fn of(&self, user: &EntityRef) -> Option<Memberships> {
            let group = |name| EntityRef::new("group", "default", name);
            (user.name() == "ada").then(|| {
                Memberships::climb(vec![group("squad")], |of| {
                    if of.name() == "squad" { vec![group("tribe")] } else { Vec::new() }
                })
            })
        }
    }

    fn session(user: &str) -> (SessionToken, SessionRow) {
        let token = SessionToken::generate(&Counting::default());
        let row = SessionRow {
            hash: token.hash(),
            user: EntityRef::new("user", "default", user),
            kind: SessionKind::Page,
            expires_at: NOW + Duration::SECOND,
        };
        (token, row)
    }

    fn verify(token: &SessionToken, row: Option<SessionRow>) -> Result<Principal, Unauthenticated> {
        verify_session(token, row, SessionKind::Page, NOW, &Company)
    }

    #[test]
    fn a_user_comes_with_her_groups_of_this_moment() {
        let (token, row) = session("ada");
        let Ok(Principal::User(user)) = verify(&token, Some(row)) else { panic!("ada is in the catalog") };
        assert_eq!(user.entity_ref().as_str(), "user:default/ada");
        let names = |refs: &[EntityRef]| refs.iter().map(|r| r.name().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(user.ownership()), ["ada", "squad"], "ancestors do not make one an owner");
        assert_eq!(names(user.groups()), ["squad", "tribe"]);
        assert_eq!(user.session(), token.hash());
    }

    #[test]
    fn whatever_does_not_fit_is_refused() {
        let refused = |token: &SessionToken, row| verify(token, row).expect_err("refused");
        let (token, row) = session("ada");
        assert_eq!(refused(&token, None), Unauthenticated::Unknown);
        let expired = SessionRow { expires_at: NOW, ..row.clone() };
        assert_eq!(refused(&token, Some(expired)), Unauthenticated::Expired);
        let bearer = SessionRow { kind: SessionKind::Bearer, ..row.clone() };
        assert_eq!(refused(&token, Some(bearer)), Unauthenticated::WrongKind);
        let refresh = SessionRow { kind: SessionKind::Token, ..row.clone() };
        for travelled_as in [SessionKind::Page, SessionKind::Bearer, SessionKind::Token] {
            let made = verify_session(&token, Some(refresh.clone()), travelled_as, NOW, &Company);
            assert_eq!(made.expect_err("refused"), Unauthenticated::WrongKind);
        }
        let of_another = SessionRow { hash: TokenHash::from_bytes([0; 32]), ..row };
        assert_eq!(refused(&token, Some(of_another)), Unauthenticated::Unknown);
        let (token, row) = session("bob");
        let bob = row.user.clone();
        assert_eq!(refused(&token, Some(row)), Unauthenticated::NotInCatalog(bob));
    }

    #[test]
    fn stored_words_are_read_as_they_were_written() {
        for kind in [SessionKind::Page, SessionKind::Bearer, SessionKind::Token] {
            assert_eq!(SessionKind::parse(kind.as_str()), Some(kind));
        }
        for word in ["", "Page", "tokens", "token "] {
            assert_eq!(SessionKind::parse(word), None, "{word}");
        }
    }
}
