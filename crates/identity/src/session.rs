//! Sessions: what a person holds after signing in.

use model::{EntityRef, Timestamp};

use crate::backstage::{LimitedClaims, PluginCaller, UserClaims};
use crate::{Membership, Memberships, OpaqueToken, Principal, Purpose, TokenHash};

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
    /// Its name; no secret.
    pub id: String,
    /// Hash of its token.
    pub hash: TokenHash,
    /// Who signed in.
    pub user: EntityRef,
    /// How its token may travel.
    pub kind: SessionKind,
    /// The moment from which it is void.
    pub expires_at: Timestamp,
    /// Whether she counts though the catalog does not know her: a resolver of the provider that she came by makes users up
    /// (`dangerouslyAllowSignInWithoutUserInCatalog`).
    pub without_catalog: bool,
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
    user(row, catalog, None)
}

/// Checks a user token against the row of the sign-in that it names: whether that goes on, is of the same person, and
/// whether the catalog still knows her.
pub fn verify_user_token(
    claims: &UserClaims,
    row: Option<SessionRow>,
    now: Timestamp,
    catalog: &dyn Membership,
) -> Result<Principal, Unauthenticated> {
    let row = row.filter(|row| row.id == claims.sign_in()).ok_or(Unauthenticated::Unknown)?;
    user(of_tokens(row, claims.user(), now)?, catalog, None)
}

/// Checks a limited user token against the row of the sign-in that its proof was found under. `caller` is the plugin that
/// shows it on the user's behalf.
pub fn verify_limited_token(
    claims: &LimitedClaims,
    row: Option<SessionRow>,
    caller: Option<&PluginCaller>,
    now: Timestamp,
    catalog: &dyn Membership,
) -> Result<Principal, Unauthenticated> {
    let row = row.ok_or(Unauthenticated::Unknown)?;
    user(of_tokens(row, claims.user(), now)?, catalog, caller.map(PluginCaller::subject))
}

/// The row of a sign-in that tokens are issued for, if it goes on and is that user's.
fn of_tokens(row: SessionRow, user: &EntityRef, now: Timestamp) -> Result<SessionRow, Unauthenticated> {
    if row.user != *user {
        return Err(Unauthenticated::Unknown);
    }
    if now >= row.expires_at {
        return Err(Unauthenticated::Expired);
    }
    if row.kind != SessionKind::Token {
        return Err(Unauthenticated::WrongKind);
    }
    Ok(row)
}

fn user(
    row: SessionRow,
    catalog: &dyn Membership,
    actor: Option<String>,
) -> Result<Principal, Unauthenticated> {
    match catalog.of(&row.user).or_else(|| row.without_catalog.then(Memberships::default)) {
        Some(memberships) => Ok(Principal::user(row.user, &memberships, row.id, actor)),
        None => Err(Unauthenticated::NotInCatalog(row.user)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backstage::UserTokens;
    use crate::jws::{KeySet, SigningKey};
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
            id: "s-1".to_owned(),
            hash: token.hash(),
            user: EntityRef::new("user", "default", user),
            kind: SessionKind::Page,
            expires_at: NOW + Duration::SECOND,
            without_catalog: false,
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
        assert_eq!(user.sign_in(), "s-1");
    }

    #[test]
    fn user_tokens_hold_as_long_as_their_sign_in_goes_on_and_the_catalog_knows_the_user() {
        let (key, _) = SigningKey::generate("k").expect("a key");
        let (tokens, keys) =
            (UserTokens::new("https://p/api/auth", Duration::HOUR), KeySet::of([key.public()]));
        let checked = |user: &str| {
            let user = EntityRef::new("user", "default", user);
            let issued = tokens.issue(&key, &user, ("s-1", NOW + Duration::DAY), NOW).expect("issued");
            let claims = tokens.verify(issued.token.expose(), &keys, NOW).expect("ours");
            let limited = tokens.verify_limited(claims.limited().expose(), &keys, NOW).expect("ours");
            (claims, limited)
        };
        let (claims, limited) = checked("ada");
        let row = SessionRow { kind: SessionKind::Token, ..session("ada").1 };
        let both = |row: Option<SessionRow>| {
            let whole = verify_user_token(&claims, row.clone(), NOW, &Company);
            let part = verify_limited_token(&limited, row, None, NOW, &Company);
            (whole.map(drop), part.map(drop))
        };
        assert_eq!(both(Some(row.clone())), (Ok(()), Ok(())));
        let refused = |why: Unauthenticated| (Err(why.clone()), Err(why));
        assert_eq!(both(None), refused(Unauthenticated::Unknown), "it was ended");
        let expired = SessionRow { expires_at: NOW, ..row.clone() };
        assert_eq!(both(Some(expired)), refused(Unauthenticated::Expired));
        let page = SessionRow { kind: SessionKind::Page, ..row.clone() };
        assert_eq!(both(Some(page)), refused(Unauthenticated::WrongKind));
        let of_bob = SessionRow { user: EntityRef::new("user", "default", "bob"), ..row.clone() };
        assert_eq!(both(Some(of_bob)), refused(Unauthenticated::Unknown));
        let other = SessionRow { id: "s-2".to_owned(), ..row.clone() };
        let refused = verify_user_token(&claims, Some(other), NOW, &Company).expect_err("refused");
        assert_eq!(refused, Unauthenticated::Unknown);
        let (claims, _) = checked("bob");
        let row = SessionRow { user: claims.user().clone(), ..row };
        let refused = verify_user_token(&claims, Some(row), NOW, &Company).expect_err("refused");
        assert_eq!(refused, Unauthenticated::NotInCatalog(claims.user().clone()));
        let row = SessionRow { user: claims.user().clone(), without_catalog: true, ..session("ada").1 };
        let row = SessionRow { kind: SessionKind::Token, ..row };
        let Ok(Principal::User(bob)) = verify_user_token(&claims, Some(row), NOW, &Company) else {
            panic!("a resolver made him up")
        };
        assert_eq!((bob.ownership().len(), bob.groups().len()), (1, 0));
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
