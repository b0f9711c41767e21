//! Keys that are published somewhere, for tokens that are shown to us: of issuers of programs' tokens, and of backends
//! beside us.

use identity::jws::{KeySet, Rejected};
use model::Timestamp;
use url::Url;

use super::keys::Keys;
use super::{CALL, ProviderError};
use crate::outbound::Partner;

/// Where keys are published, and those that were seen there.
pub struct PublishedKeys {
    url: Url,
    partner: Partner,
    keys: Keys,
}

impl PublishedKeys {
    /// Keys at an address that the operator wrote down. Nothing is called yet.
    ///
    /// # Errors
    /// [`ProviderError::Misconfigured`] if it may not be called: it is no https, or, unless `this_machine` may be called by
    /// http, on this machine.
    pub fn new(url: &Url, this_machine: bool) -> Result<Self, ProviderError> {
        let partner = Partner::new([url], CALL, this_machine);
        partner.permit(url).map_err(ProviderError::Misconfigured)?;
        Ok(Self { url: url.clone(), partner, keys: Keys::new() })
    }

    /// What `verify` says of a token with these keys; newer ones are fetched if they do not have the token's.
    ///
    /// # Errors
    /// [`ProviderError::Refused`] with what was wrong with the token, [`ProviderError::Unreachable`] where no keys can be
    /// had.
    pub async fn verify<T>(
        &self,
        token: &str,
        now: Timestamp,
        verify: impl Fn(&KeySet) -> Result<T, Rejected>,
    ) -> Result<T, ProviderError> {
        self.keys.verify(&self.partner, &self.url, token, now, verify).await
    }
}
