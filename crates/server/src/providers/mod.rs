//! The identity providers, as the server talks to them. Nothing here knows of routes, cookies or sign-ins: a person is sent
//! away with an [`AuthorizeRequest`], comes back for a [`CodeExchange`], and is a [`Grant`].
//!
//! Each provider has a client of its own (`outbound::Partner`), which reaches the hosts that the operator named for it and
//! the public internet. What a provider says is believed when it is signed, or comes over TLS from where its secret was
//! sent to.

mod client_auth;
mod discovery;
mod error;
mod failures;
mod fetch;
mod github;
mod github_person;
mod grant;
mod kept;
mod keys;
mod oidc;
mod preset;
mod provider;
mod proxy;
mod published;
mod scope;
#[cfg(test)]
mod tests;
mod token_answer;

use std::time::Duration;

use config::{AuthSettings, GuestSettings, Place, ProviderKind, ProviderSettings, ProxyTrust};

pub use self::error::{ProviderError, Refusal};
pub use self::github::GitHub;
pub use self::grant::Grant;
pub use self::oidc::Oidc;
pub use self::provider::{AuthorizeRequest, CodeExchange, Provider, RefreshRequest, pkce_challenge};
pub use self::proxy::{Alb, Assertion, ProxyProvider};
pub use self::published::PublishedKeys;
pub(crate) use self::scope::covers;

/// How long a call may take where the settings do not say.
const CALL: Duration = Duration::from_secs(10);

/// All of `auth.providers`.
pub struct Providers(Vec<Configured>);

/// A provider in one environment.
pub struct Configured {
    /// What was written of it.
    pub settings: ProviderSettings,
    /// How it is talked to.
    pub way: Way,
    /// Codes that it did not take.
    pub(crate) failures: failures::Failures,
}

/// How people sign in by a provider.
pub enum Way {
    /// They are sent there.
    Code(Provider),
    /// They come through it.
    Proxy(ProxyProvider),
    /// They need nothing, in development.
    Guest(GuestSettings),
}

/// A provider that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[error("auth provider `{id}`")]
pub struct Unusable {
    /// Its id.
    pub id: String,
    /// Its environment.
    pub environment: Option<String>,
    /// Where it was written.
    pub place: Place,
    /// Why.
    pub source: ProviderError,
}

impl Providers {
    /// Those that can be used, and those that cannot: in production the server does not start with one. Only
    /// `in_development` may a provider on this machine be called by http. Nothing is called yet.
    pub fn new(settings: &AuthSettings, in_development: bool) -> (Self, Vec<Unusable>) {
        let (mut usable, mut unusable) = (Vec::new(), Vec::new());
        for provider in &settings.providers {
            match Way::new(provider, in_development) {
                Ok(way) => {
                    let failures = failures::Failures::default();
                    usable.push(Configured { settings: provider.clone(), way, failures });
                }
                Err(source) => {
                    let ProviderSettings { id, environment, place, .. } = provider.clone();
                    unusable.push(Unusable { id, environment, place, source });
                }
            }
        }
        (Self(usable), unusable)
    }

    /// The provider of an id in an environment, `None` for those that have none.
    pub fn find(&self, id: &str, environment: Option<&str>) -> Option<&Configured> {
        self.0.iter().find(|one| one.settings.id == id && one.settings.environment.as_deref() == environment)
    }

    /// All of them, in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &Configured> {
        self.0.iter()
    }
}

impl Way {
    fn new(provider: &ProviderSettings, in_development: bool) -> Result<Self, ProviderError> {
        let proxy = |assertion| Self::Proxy(ProxyProvider::Assertion(Box::new(assertion)));
        Ok(match &provider.kind {
            ProviderKind::GitHub(settings) => {
                let github = GitHub::new(settings, provider, in_development)?;
                Self::Code(Provider::GitHub(Box::new(github)))
            }
            ProviderKind::Oidc(settings) => {
                let oidc = Oidc::new(settings, provider, in_development)?;
                Self::Code(Provider::Oidc(Box::new(oidc)))
            }
            ProviderKind::AwsAlb(settings) => {
                Self::Proxy(ProxyProvider::Alb(Box::new(Alb::new(settings, provider)?)))
            }
            ProviderKind::GcpIap(settings) => proxy(Assertion::google(settings, provider)?),
            ProviderKind::CfAccess(settings) => proxy(Assertion::cloudflare(settings, provider)?),
            ProviderKind::OAuth2Proxy(settings) => {
                let ProxyTrust::IdToken { metadata, client_id } = &settings.trust;
                proxy(Assertion::oauth2_proxy(metadata, client_id, provider, in_development)?)
            }
            ProviderKind::Guest(settings) => Self::Guest(settings.clone()),
        })
    }
}
