//! Providers by which nobody signs in: the frontend gets access tokens alone, for calls to the provider.
//!
//! There is no user, and so no row. What renews the tokens is in the cookie, sealed, and is good once (RFC 9700 §4.14.2);
//! when it is presented again, or the person signs out, all that came of the same consent is over.

use axum::response::Response;
use identity::TokenHash;
use model::{Secret, Timestamp};
use policy::{Durability, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::frame::set_cookies;
use super::refresh::{not_granted, refused, told};
use crate::audit;
use crate::auth::Auth;
use crate::auth::session::{self, KeptGrant};
use crate::auth::state::fingerprint;
use crate::call::{Call, json_answer};
use crate::error::ApiError;
use crate::providers::{Configured, Grant, Provider, ProviderError, RefreshRequest, Refusal, covers};
use crate::table::Answered;

/// What the cookie holds.
#[derive(Serialize, Deserialize)]
struct Consent {
    /// Its name, in records and for its end.
    id: String,
    /// When the person gave it, in seconds since 1970.
    given: i64,
    /// How often it was renewed since.
    generation: u32,
    grant: KeptGrant,
}

impl Consent {
    /// From when on it is void.
    fn until(&self, call: &Call, configured: &Configured) -> Timestamp {
        let given = Timestamp::from_unix_timestamp(self.given).unwrap_or(Timestamp::UNIX_EPOCH);
        given + session::lifetime(call, configured)
    }

    fn open(auth: &Auth, configured: &Configured, presented: &str) -> Option<Self> {
        // Where people sign in, nobody comes in by what was sealed before.
        configured
            .settings
            .resolvers
            .is_none()
            .then(|| bound(configured))
            .and_then(|bound| session::open(auth, &bound, presented))
    }

    /// The next one, with what the provider gave.
    fn next(self, grant: KeptGrant) -> Self {
        Self { generation: self.generation.saturating_add(1), grant, ..self }
    }

    /// Puts it into the cookie.
    fn set(
        &self,
        call: &Call,
        auth: &Auth,
        configured: &Configured,
        response: &mut Response,
    ) -> Result<(), ApiError> {
        let sealed = session::seal(self, auth, &bound(configured), call)?;
        let until = self.until(call, configured);
        set_cookies(call, auth, configured, response, (&sealed, until), &self.grant.scope);
        Ok(())
    }

    /// Under which it is remembered that it is over, in all generations.
    fn end(&self) -> TokenHash {
        TokenHash::from_bytes(Sha256::digest(format!("consent {}", self.id)).into())
    }

    async fn is_over(&self, call: &Call) -> Result<bool, ApiError> {
        call.app.store.is_spent(&self.end()).await.map_err(session::unavailable)
    }

    async fn spend(&self, call: &Call, configured: &Configured, hash: &TokenHash) -> Result<bool, ApiError> {
        let until = self.until(call, configured);
        call.app.store.spend(hash, until).await.map_err(session::unavailable)
    }
}

/// What it is sealed for.
fn bound(configured: &Configured) -> String {
    let environment = configured.settings.environment.as_deref().unwrap_or_default();
    format!("cookie {} {environment}", configured.settings.id)
}

/// Hands out the first tokens; `answered` makes the answer of them. INVARIANT: the record is durable before.
pub(super) async fn begin(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    grant: &Grant,
    answered: impl FnOnce(&serde_json::Value) -> Result<Response, ApiError>,
) -> Answered {
    let consent = Consent {
        id: call.app.entropy.uuid().to_string(),
        given: call.at.unix_timestamp(),
        generation: 0,
        grant: KeptGrant::of(grant, call.at),
    };
    record(call, configured, &consent, "handedOut").await?;
    let mut response = answered(&answer(call, &consent.grant, grant))?;
    if consent.grant.refresh.is_some() {
        consent.set(call, auth, configured, &mut response)?;
    }
    Ok(response)
}

/// Renews the tokens. INVARIANT: the record is durable before what was presented is spent.
pub(super) async fn renew(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    provider: &Provider,
    presented: &str,
    scope: &str,
) -> Answered {
    let consent = Consent::open(auth, configured, presented);
    let consent = consent.filter(|consent| call.at < consent.until(call, configured));
    let Some(consent) = consent else { return refused(call, configured, "refreshTokenUnknown", None).await };
    let Some(stored) = consent.grant.refresh.clone().map(Secret::new) else {
        return refused(call, configured, "refreshTokenUnknown", None).await;
    };
    if consent.is_over(call).await? {
        return refused(call, configured, "consentEnded", None).await;
    }
    if !covers(&consent.grant.scope, scope) {
        return Err(not_granted(call, configured, None).await?);
    }
    record(call, configured, &consent, "renewed").await?;
    if !consent.spend(call, configured, &fingerprint(presented)).await? {
        // Two have it, and one of them stole it: neither keeps what came of it.
        record(call, configured, &consent, "reused").await?;
        consent.spend(call, configured, &consent.end()).await?;
        return refused(call, configured, "refreshTokenReused", None).await;
    }
    let mut kept = consent.grant.clone();
    let request = RefreshRequest { stored: &stored, subject: &kept.subject, granted: &kept.scope, scope };
    let mut response = match provider.refresh(&request, call.at).await {
        Ok(grant) => {
            kept = KeptGrant::of(&grant, call.at);
            json_answer(answer(call, &kept, &grant).to_string())
        }
        Err(ProviderError::Refused(Refusal::Scope)) => told(call, not_granted(call, configured, None).await?),
        Err(ProviderError::Refused(refusal)) => {
            return refused(call, configured, &super::frame::reason(refusal), None).await;
        }
        Err(error) => told(call, super::start::down(error)),
    };
    // What was presented is spent, whatever the provider said.
    consent.next(kept).set(call, auth, configured, &mut response)?;
    Ok(response)
}

/// Ends what the cookie holds, whatever its generation. What was kept of the provider's answer comes back, for the provider
/// to be told. INVARIANT: the record is durable before.
pub(super) async fn end(
    call: &Call,
    auth: &Auth,
    configured: &Configured,
    presented: &str,
) -> Result<Option<KeptGrant>, ApiError> {
    let Some(consent) = Consent::open(auth, configured, presented) else { return Ok(None) };
    record(call, configured, &consent, "ended").await?;
    consent.spend(call, configured, &consent.end()).await?;
    Ok(Some(consent.grant))
}

fn answer(call: &Call, kept: &KeptGrant, grant: &Grant) -> serde_json::Value {
    let info = kept.provider_info(grant.id_token.as_ref(), call.at);
    session::answer(call, Some(&kept.shown), Some(info), None)
}

async fn record(
    call: &Call,
    configured: &Configured,
    consent: &Consent,
    what: &'static str,
) -> Result<(), ApiError> {
    let settings = &configured.settings;
    let recorded = call
        .app
        .ledger
        .event(&call.facts, &audit::PROVIDER_ACCESS, Outcome::Allowed, Durability::Durable, |record| {
            record.resource_ref = Some(consent.id.clone());
            record.reason = vec![what.into()];
            record.meta.insert("provider".into(), settings.id.as_str().into());
            record.meta.insert("environment".into(), settings.environment.clone().into());
            record.meta.insert("subject".into(), consent.grant.subject.as_str().into());
            record.meta.insert("generation".into(), consent.generation.into());
        })
        .await;
    recorded.map_err(|cause| ApiError::unavailable("The access could not be recorded", 5).caused_by(cause))
}
