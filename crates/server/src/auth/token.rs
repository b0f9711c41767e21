//! A bearer's token that is neither a static one nor a session's: user tokens, plugins' tokens, tokens of issuers.

use identity::backstage::{LimitedClaims, PluginKeys, PluginTokens, UserClaims};
use identity::jws::{Compact, Rejected};
use identity::{Principal, Unauthenticated, verify_limited_token, verify_user_token};

use model::{EntityRef, Timestamp};

use super::Auth;
use crate::call::Call;
use crate::error::ApiError;
use crate::guard;
use crate::providers::ProviderError;

/// Why a token is not taken. For records; the bearer is told one thing whatever it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    /// It is no token that is known, or does not hold.
    #[error("{0}")]
    Token(#[from] Rejected),
    /// Its sign-in is over, or the catalog does not know its user.
    #[error("{0}")]
    SignIn(#[from] Unauthenticated),
    /// It may not be shown here.
    #[error("a limited user token counts for cookies and on behalf of users alone")]
    Limited,
    /// There is more than one of it.
    #[error("several cookies name several people, or are too many to look at")]
    Several,
    /// Nobody knows the keys of the plugin or the issuer.
    #[error("the keys of the token's issuer are not known")]
    NoKeys,
    /// The server's fault.
    #[error("unavailable")]
    Unavailable(ApiError),
}

impl From<ApiError> for NotTaken {
    fn from(error: ApiError) -> Self {
        Self::Unavailable(error)
    }
}

/// Where a token was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In the `Authorization` header of a row that takes whole user tokens.
    Bearer,
    /// In that of a row that takes limited ones too.
    Limited,
}

/// Most cookies `backstage-auth` of one request that are looked at.
const MAX_COOKIES: usize = 4;

/// Who shows a token.
pub(crate) async fn principal(call: &Call, token: &str, shown: Shown) -> Result<Principal, NotTaken> {
    let auth = call.app.auth.load_full();
    let claimed = Compact::parse(token)?.claimed_type()?;
    match claimed.as_deref() {
        Some("vnd.backstage.plugin") => plugin(call, &auth, token).await,
        Some("vnd.backstage.user") => user(call, &auth, token).await,
        Some("vnd.backstage.limited-user") if shown == Shown::Limited => {
            let claims = limited_claims(call, &auth, token).await?;
            limited(call, &claims, None).await
        }
        Some("vnd.backstage.limited-user") => Err(NotTaken::Limited),
        _ => outside(call, &auth, token).await,
    }
}

/// Who shows the cookie `backstage-auth`, which holds a limited token and counts as nothing else; `None` without one.
///
/// There may be several: Node backends set one for the whole domain, and another site's page can plant one. What does not
/// hold is passed over; those that hold have to be of one person.
pub(crate) async fn by_cookie(call: &Call) -> Result<Option<Principal>, NotTaken> {
    let shown = guard::named_cookies(call, guard::LIMITED_COOKIE);
    if shown.len() > MAX_COOKIES {
        return Err(NotTaken::Several);
    }
    let auth = call.app.auth.load_full();
    let (mut found, mut why) = (None::<Principal>, None);
    for token in shown {
        let taken = async { limited(call, &limited_claims(call, &auth, token).await?, None).await };
        match taken.await {
            Ok(principal) => match &found {
                Some(known) if known.actor_id() != principal.actor_id() => return Err(NotTaken::Several),
                Some(_) => {}
                None => found = Some(principal),
            },
            Err(error @ NotTaken::Unavailable(_)) => return Err(error),
            Err(error) => why = Some(error),
        }
    }
    match (found, why) {
        (None, Some(why)) => Err(why),
        (found, _) => Ok(found),
    }
}

async fn user(call: &Call, auth: &Auth, token: &str) -> Result<Principal, NotTaken> {
    let keys = keys(call, auth, token).await?;
    let claims = auth.tokens.verify(token, &keys, call.at)?;
    let row = call.app.sessions.row_of_sign_in(claims.sign_in(), call.at).await?;
    Ok(verify_user_token(&claims, row, call.at, call.app.sessions.members())?)
}

async fn limited_claims(call: &Call, auth: &Auth, token: &str) -> Result<LimitedClaims, NotTaken> {
    let keys = keys(call, auth, token).await?;
    Ok(auth.tokens.verify_limited(token, &keys, call.at)?)
}

async fn limited(
    call: &Call,
    claims: &LimitedClaims,
    caller: Option<&identity::backstage::PluginCaller>,
) -> Result<Principal, NotTaken> {
    let row = call.app.sessions.row_of_proof(&claims.proof(), call.at).await?;
    Ok(verify_limited_token(claims, row, caller, call.at, call.app.sessions.members())?)
}

/// What the user token says that the caller came with; `None` if it came with another kind of token.
pub(crate) async fn user_claims(call: &Call, token: &str) -> Result<Option<UserClaims>, ApiError> {
    let auth = call.app.auth.load_full();
    match keys(call, &auth, token).await {
        Ok(keys) => Ok(auth.tokens.verify(token, &keys, call.at).ok()),
        Err(NotTaken::Unavailable(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Of whom the cookie `backstage-auth` is, and until when, if there is one that counts and no other.
pub(crate) async fn of_cookie(call: &Call) -> Result<Option<(EntityRef, Timestamp)>, ApiError> {
    let [token] = *guard::named_cookies(call, guard::LIMITED_COOKIE).as_slice() else { return Ok(None) };
    let auth = call.app.auth.load_full();
    let claims = match limited_claims(call, &auth, token).await {
        Ok(claims) => claims,
        Err(NotTaken::Unavailable(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let row = call.app.sessions.row_of_proof(&claims.proof(), call.at).await?;
    Ok(row.map(|_| (claims.user().clone(), claims.expires_at())))
}

/// The keys of user tokens, with the one that the token names if there is such a one.
async fn keys(call: &Call, auth: &Auth, token: &str) -> Result<identity::jws::KeySet, NotTaken> {
    let named = Compact::parse(token)?.claimed_key()?;
    auth.users.verifying(named.as_deref(), call.at).await.map_err(|cause| {
        NotTaken::Unavailable(ApiError::unavailable("The keys cannot be read", 5).caused_by(cause))
    })
}

async fn plugin(call: &Call, auth: &Auth, token: &str) -> Result<Principal, NotTaken> {
    let source = PluginTokens.claimed_source(token).ok_or(Rejected::Claims)?;
    // Tokens are for one plugin; what is no plugin's path is not for any of them.
    let target = call.plugin().ok_or(Rejected::Audience)?;
    let named = PluginTokens.claimed_user_key(token);
    let users = auth.users.verifying(named.as_deref(), call.at).await.map_err(|cause| {
        NotTaken::Unavailable(ApiError::unavailable("The keys cannot be read", 5).caused_by(cause))
    })?;
    let verify = |keys: &identity::jws::KeySet, ours: bool| {
        let source = PluginKeys { plugin: &source, keys, ours };
        PluginTokens.verify(token, source, target, (&auth.tokens, &users), call.at)
    };
    let caller = match auth.peers.of(&source) {
        Some(peer) => peer
            .verify(token, call.at, |keys| verify(keys, false))
            .await
            .map_err(|error| not_taken(&error))?,
        None if crate::routes::is_own_plugin(&source) => {
            let named = Compact::parse(token)?.claimed_key()?;
            let keys = auth.plugins.verifying(named.as_deref(), call.at).await.map_err(|cause| {
                NotTaken::Unavailable(ApiError::unavailable("The keys cannot be read", 5).caused_by(cause))
            })?;
            verify(&keys, true)?
        }
        None => return Err(NotTaken::NoKeys),
    };
    match (caller.on_behalf_of(), caller.service()) {
        (Some(claims), _) => limited(call, claims, Some(&caller)).await,
        (None, Some(service)) => Ok(service),
        (None, None) => Err(Rejected::Claims.into()),
    }
}

/// Tokens of programs outside: of issuers first, since a shared secret signs only what is of no issuer.
async fn outside(call: &Call, auth: &Auth, token: &str) -> Result<Principal, NotTaken> {
    let mut why = NotTaken::Token(Rejected::UnknownKey);
    for secret in &auth.legacy {
        match secret.verify(token, call.at) {
            Ok(principal) => return Ok(principal),
            // Which of several secrets it was meant for cannot be told; the first answer that says more counts.
            Err(rejected) if matches!(why, NotTaken::Token(Rejected::UnknownKey)) => why = rejected.into(),
            Err(_) => {}
        }
    }
    for issuer in &auth.issuers {
        match issuer.keys.verify(token, call.at, |keys| issuer.token.verify(token, keys, call.at)).await {
            Ok(principal) => return Ok(principal),
            Err(error) => why = not_taken(&error),
        }
    }
    Err(why)
}

fn not_taken(error: &ProviderError) -> NotTaken {
    match error {
        ProviderError::Refused(crate::providers::Refusal::IdToken(rejected)) => NotTaken::Token(*rejected),
        _ => NotTaken::NoKeys,
    }
}
