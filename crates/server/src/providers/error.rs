//! Why a provider vouches for nobody.

use std::error::Error;
use std::sync::Arc;

use http::StatusCode;
use identity::jws::Rejected;
use model::SafeUrl;

use crate::outbound::CallError;

/// Why a provider vouches for nobody. No text here holds a token, a code, a secret, or words of the provider's: what it
/// sends back may be what it was sent.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProviderError {
    /// It is down, or slow, or what it says cannot be read. Others may work, and so may this one later.
    #[error("the identity provider does not answer as it should")]
    Unreachable(#[source] Arc<dyn Error + Send + Sync>),
    /// It said no, or what it said does not hold.
    #[error("the identity provider vouches for nobody")]
    Refused(#[source] Refusal),
    /// It will not work before somebody changes settings, here or there.
    #[error("the identity provider cannot be used as it is set up: {0}")]
    Misconfigured(String),
}

/// What was wrong with the provider's word. For records and administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The person, or a rule of the provider's, said no.
    #[error("access was denied at the provider")]
    Denied,
    /// The provider wants to ask the person something, and was told not to.
    #[error("the provider needs to see the person")]
    Interaction,
    /// The code or the refresh token is not valid any more, or never was.
    #[error("the code or refresh token is not valid")]
    Grant,
    /// More is asked for than was granted, or than there is.
    #[error("the scope was not granted")]
    Scope,
    /// Another error of the provider's.
    #[error("the provider gave an error that is not known")]
    Unknown,
    /// The callback is of another provider (RFC 9207).
    #[error("the answer came from another issuer")]
    Issuer,
    /// There is no ID token where there has to be one.
    #[error("there is no ID token")]
    NoIdToken,
    /// There is one that does not hold.
    #[error("the ID token does not hold")]
    IdToken(#[source] Rejected),
    /// What is said besides the ID token is of somebody else, or nothing.
    #[error("the user information does not fit")]
    UserInfo(#[source] Rejected),
    /// A refresh gave somebody else.
    #[error("the refresh token is of another person")]
    Subject,
    /// An account outside the domain that the settings name.
    #[error("the account is of another domain")]
    Domain,
    /// The request did not come through the proxy, or came with two of the header.
    #[error("the proxy's header is not there once")]
    NoHeader,
}

#[derive(Debug, thiserror::Error)]
#[error("{0} answers {1}")]
struct Status(SafeUrl, StatusCode);

#[derive(Debug, thiserror::Error)]
#[error("the answer of {0} cannot be read")]
struct Garbled(SafeUrl);

impl ProviderError {
    /// What an `error` of the callback (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6) or of the token endpoint (§5.2)
    /// means; GitHub has names of its own. What it says besides is not looked at.
    pub fn of_code(code: &str) -> Self {
        const NOT_OURS: &[&str] = &[
            "application_suspended",
            "incorrect_client_credentials",
            "invalid_client",
            "invalid_request",
            "redirect_uri_mismatch",
            "registration_not_supported",
            "request_not_supported",
            "request_uri_not_supported",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
        ];
        Self::Refused(match code {
            "access_denied" | "unverified_user_email" => Refusal::Denied,
            "account_selection_required" | "consent_required" | "interaction_required" | "login_required" => {
                Refusal::Interaction
            }
            "bad_refresh_token" | "bad_verification_code" | "expired_token" | "invalid_grant" => {
                Refusal::Grant
            }
            "invalid_scope" => Refusal::Scope,
            "server_error" | "temporarily_unavailable" => return Self::unreachable(Unavailable),
            code => match NOT_OURS.iter().find(|known| **known == code) {
                Some(known) => return Self::Misconfigured(format!("it answers `{known}`")),
                None => Refusal::Unknown,
            },
        })
    }

    pub(super) fn unreachable(cause: impl Error + Send + Sync + 'static) -> Self {
        Self::Unreachable(Arc::new(cause))
    }

    /// An answer whose body is nothing that was asked for.
    pub(super) fn garbled(url: &url::Url) -> Self {
        Self::unreachable(Garbled(SafeUrl::from(url.clone())))
    }

    /// A status that says all there is to say; `None` for those with an answer.
    pub(super) fn of_status(url: &url::Url, status: StatusCode) -> Option<Self> {
        let safe = || SafeUrl::from(url.clone());
        if status.is_redirection() {
            // Who follows it hands on what is secret.
            Some(Self::Misconfigured(format!("{} answers {status}, and redirects are not followed", safe())))
        } else if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
            Some(Self::unreachable(Status(safe(), status)))
        } else {
            None
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it says that it is not available")]
struct Unavailable;

impl From<CallError> for ProviderError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Forbidden(..) => Self::Misconfigured(error.to_string()),
            CallError::TooLarge(_) | CallError::Transport(..) => Self::unreachable(error),
        }
    }
}

impl From<Refusal> for ProviderError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_known_or_unknown_and_never_repeated() {
        let of = ProviderError::of_code;
        assert!(matches!(of("access_denied"), ProviderError::Refused(Refusal::Denied)));
        assert!(matches!(of("login_required"), ProviderError::Refused(Refusal::Interaction)));
        assert!(matches!(of("invalid_grant"), ProviderError::Refused(Refusal::Grant)));
        assert!(matches!(of("temporarily_unavailable"), ProviderError::Unreachable(_)));
        assert!(
            matches!(of("invalid_client"), ProviderError::Misconfigured(text) if text.contains("invalid_client"))
        );
        let strange = of("s3cret<script>");
        assert!(matches!(strange, ProviderError::Refused(Refusal::Unknown)));
        assert!(!format!("{strange:?} {strange}").contains("s3cret"));
    }
}
