//! Documents of a provider's.

use bytes::Bytes;
use http::HeaderValue;
use model::{SafeUrl, Secret};
use url::Url;

use super::ProviderError;
use crate::outbound::{Call, Method, Partner};

/// A document that has to be there.
pub(super) async fn document(partner: &Partner, url: &Url) -> Result<Bytes, ProviderError> {
    let call = Call { url, method: Method::Get, accept: "application/json", authorization: None };
    let reply = partner.call(call).await?;
    if reply.status.is_success() {
        return Ok(reply.body);
    }
    Err(ProviderError::of_status(url, reply.status).unwrap_or_else(|| {
        ProviderError::Misconfigured(format!("{} answers {}", SafeUrl::from(url.clone()), reply.status))
    }))
}

/// What shows an access token.
pub(super) fn bearer(token: &Secret<String>) -> Option<Secret<HeaderValue>> {
    sensitive(&format!("Bearer {}", token.expose()))
}

/// A header field that is not printed.
pub(super) fn sensitive(text: &str) -> Option<Secret<HeaderValue>> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(Secret::new(value))
}
