//! How we prove to a provider who we are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use config::{OAuthClient, TokenEndpointAuth};
use http::HeaderValue;
use model::Secret;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::ProviderError;
use super::fetch::sensitive;
use crate::outbound::{Call, Method, Partner, Reply};

/// The client that we are at a provider.
#[derive(Clone, Debug)]
pub(super) struct ClientAuth {
    id: String,
    secret: Secret<String>,
    /// For `client_secret_basic`.
    basic: Option<Secret<HeaderValue>>,
}

impl ClientAuth {
    pub(super) fn new(client: &OAuthClient, way: TokenEndpointAuth) -> Self {
        let basic = match way {
            TokenEndpointAuth::Basic => Some(basic(&client.id, &client.secret)),
            TokenEndpointAuth::Post => None,
        };
        Self { id: client.id.clone(), secret: client.secret.clone(), basic }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Posts fields to an endpoint, with the proof.
    pub(super) async fn post(
        &self,
        partner: &Partner,
        url: &Url,
        fields: &[(&str, &str)],
    ) -> Result<Reply, ProviderError> {
        let mut form = fields.to_vec();
        if self.basic.is_none() {
            form.extend([("client_id", self.id.as_str()), ("client_secret", self.secret.expose())]);
        }
        let authorization = self.basic.as_ref();
        let call = Call { url, method: Method::Post(&form), accept: "application/json", authorization };
        Ok(partner.call(call).await?)
    }
}

/// `Basic`, with both parts encoded as a form's first (RFC 6749 §2.3.1): a secret may hold a colon.
pub(super) fn basic(id: &str, secret: &Secret<String>) -> Secret<HeaderValue> {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose()));
    sensitive(&format!("Basic {}", STANDARD.encode(pair))).expect("base64 is text for a header")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_encoded_before_they_are_joined() {
        let value = basic("por:tal", &Secret::new("a b%c:ü/+".to_owned()));
        let text = value.expose().to_str().expect("text").strip_prefix("Basic ").expect("basic").to_owned();
        let pair = String::from_utf8(STANDARD.decode(text).expect("base64")).expect("text");
        assert_eq!(pair, "por%3Atal:a+b%25c%3A%C3%BC%2F%2B");
        assert!(value.expose().is_sensitive());
    }
}
