//! A provider that people are sent to, and come back from with a code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Secret, Timestamp};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::github::GitHub;
use super::oidc::Oidc;
use super::{Grant, ProviderError, scope};

/// A provider that people are sent to.
pub enum Provider {
    /// GitHub.
    GitHub(Box<GitHub>),
    /// One that speaks OpenID Connect.
    Oidc(Box<Oidc>),
}

/// Where a person is sent, and with what.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizeRequest<'a> {
    /// Where she comes back to.
    pub redirect_uri: &'a Url,
    /// As [`Provider::scope`] gives it.
    pub scope: &'a str,
    /// Ours, sealed.
    pub state: &'a str,
    /// What the ID token has to repeat.
    pub nonce: &'a str,
    /// [`pkce_challenge`] of the verifier.
    pub pkce_challenge: &'a str,
    /// Who probably signs in.
    pub login_hint: Option<&'a str>,
}

/// What a person comes back with, and what was kept of how she was sent.
#[derive(Clone, Copy, Debug)]
pub struct CodeExchange<'a> {
    /// `code` of the callback.
    pub code: &'a Secret<String>,
    /// `iss` of the callback, if it has one (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The one she was sent with.
    pub redirect_uri: &'a Url,
    /// Whose challenge she was sent with.
    pub pkce_verifier: &'a Secret<String>,
    /// The one she was sent with.
    pub nonce: &'a str,
    /// The one that was asked for.
    pub scope: &'a str,
}

/// What was kept of a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct RefreshRequest<'a> {
    /// [`Grant::refresh_token`] of the last time.
    pub stored: &'a Secret<String>,
    /// [`Grant::subject`] of the sign-in.
    pub subject: &'a str,
    /// [`Grant::scope`] of the last time.
    pub granted: &'a str,
    /// The scope that is wanted now; empty for what was granted.
    pub scope: &'a str,
}

impl Provider {
    /// The scope to ask for: the provider's own, those of `additionalScopes`, and those that the frontend asks for.
    ///
    /// # Errors
    /// [`super::Refusal::Scope`] if these are no scopes, or too many.
    pub fn scope(&self, asked: &str) -> Result<String, ProviderError> {
        let own = match self {
            Self::GitHub(github) => github.scopes(),
            Self::Oidc(oidc) => oidc.scopes(),
        };
        scope::union(own.iter().map(String::as_str).chain([asked]))
    }

    /// Where to send a person.
    pub async fn authorize(
        &self,
        request: &AuthorizeRequest<'_>,
        now: Timestamp,
    ) -> Result<Url, ProviderError> {
        match self {
            Self::GitHub(github) => Ok(github.authorize(request)),
            Self::Oidc(oidc) => oidc.authorize(request, now).await,
        }
    }

    /// Who came back.
    pub async fn exchange(&self, request: &CodeExchange<'_>, now: Timestamp) -> Result<Grant, ProviderError> {
        match self {
            Self::GitHub(github) => github.exchange(request).await,
            Self::Oidc(oidc) => oidc.exchange(request, now).await,
        }
    }

    /// What the provider says now of somebody who signed in before.
    pub async fn refresh(
        &self,
        request: &RefreshRequest<'_>,
        now: Timestamp,
    ) -> Result<Grant, ProviderError> {
        if !scope::covers(request.granted, request.scope) {
            return Err(super::Refusal::Scope.into());
        }
        match self {
            Self::GitHub(github) => github.refresh(request).await,
            Self::Oidc(oidc) => oidc.refresh(request, now).await,
        }
    }

    /// Tells the provider that what was kept of a sign-in is not needed any more. `false` if it has no way to be told. An
    /// error is for the log: here the sign-in is over anyhow.
    pub async fn revoke(&self, stored: &Secret<String>, now: Timestamp) -> Result<bool, ProviderError> {
        match self {
            Self::GitHub(github) => github.revoke(stored).await,
            Self::Oidc(oidc) => oidc.revoke(stored, now).await,
        }
    }
}

/// The challenge of a PKCE verifier, by `S256` (RFC 7636 §4.2).
pub fn pkce_challenge(verifier: &Secret<String>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(pkce_challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
