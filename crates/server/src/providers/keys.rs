//! The keys that an issuer publishes.

use std::sync::Arc;

use identity::jws::{Compact, KeySet, Rejected};
use model::Timestamp;
use url::Url;

use super::kept::{Held, Kept};
use super::{ProviderError, Refusal, fetch};
use crate::outbound::Partner;

/// Keys, fetched when they are needed.
pub(super) struct Keys(Kept<Published>);

struct Published {
    /// Where.
    url: Url,
    set: KeySet,
}

impl Keys {
    pub(super) fn new() -> Self {
        Self(Kept::new())
    }

    /// What `verify` says of a token with the issuer's keys. If they do not have its key, newer ones are fetched: issuers
    /// change keys without notice.
    pub(super) async fn verify<T>(
        &self,
        partner: &Partner,
        url: &Url,
        token: &str,
        now: Timestamp,
        verify: impl Fn(&KeySet) -> Result<T, Rejected>,
    ) -> Result<T, ProviderError> {
        let named = Compact::parse(token).and_then(|token| token.claimed_key()).map_err(Refusal::IdToken)?;
        let mut held = self.0.get(now, published(partner, url)).await?;
        let mut is_new = false;
        if held.value.url != *url {
            held = self.newer(partner, url, &held, now).await?;
            is_new = true;
        }
        match verify(&held.value.set) {
            Err(why) if !is_new && may_be_newer(why, named.as_deref()) => {
                held = self.newer(partner, url, &held, now).await?;
                verify(&held.value.set)
            }
            answer => answer,
        }
        .map_err(|why| Refusal::IdToken(why).into())
    }

    /// Those of `url`, and never others.
    async fn newer(
        &self,
        partner: &Partner,
        url: &Url,
        than: &Arc<Held<Published>>,
        now: Timestamp,
    ) -> Result<Arc<Held<Published>>, ProviderError> {
        let held = self.0.renew(now, than, published(partner, url)).await?;
        if held.value.url == *url { Ok(held) } else { Err(Refusal::IdToken(Rejected::UnknownKey).into()) }
    }
}

/// Whether other keys could have led to another answer. Without a name, any may be meant.
fn may_be_newer(why: Rejected, named: Option<&str>) -> bool {
    why == Rejected::UnknownKey || (why == Rejected::Signature && named.is_none())
}

async fn published(partner: &Partner, url: &Url) -> Result<Published, ProviderError> {
    let body = fetch::document(partner, url).await?;
    let set = std::str::from_utf8(&body).ok().and_then(|text| KeySet::parse(text).ok());
    Ok(Published { url: url.clone(), set: set.ok_or_else(|| ProviderError::garbled(url))? })
}
