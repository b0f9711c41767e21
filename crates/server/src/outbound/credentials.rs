//! Tokens, each bound to the origin it was configured for.

use base64::Engine as _;
use config::{Integration, IntegrationKind};
use http::{HeaderMap, HeaderValue, header};
use model::Secret;
use url::{Origin, Url};

/// The tokens of the integrations.
#[derive(Debug, Default)]
pub(super) struct Credentials(Vec<(Origin, Secret<HeaderValue>)>);

impl Credentials {
    pub(super) fn new(integrations: &[Integration]) -> Self {
        let mut found = Vec::new();
        for integration in integrations {
            let Some(value) =
                integration.token.as_ref().and_then(|token| authorization(&integration.kind, token))
            else {
                continue;
            };
            let page = Url::parse(&format!("https://{}/", integration.host)).ok();
            let urls = [page.as_ref(), integration.api_base_url.as_ref(), integration.raw_base_url.as_ref()];
            for url in urls.into_iter().flatten() {
                found.push((url.origin(), Secret::new(value.clone())));
            }
        }
        Self(found)
    }

    /// The headers that prove who we are to the origin of `url`, and to no other.
    pub(super) fn headers(&self, url: &Url) -> HeaderMap {
        let origin = url.origin();
        let value =
            self.0.iter().find(|(bound, _)| *bound == origin).map(|(_, value)| value.expose().clone());
        value.map(|value| (header::AUTHORIZATION, value)).into_iter().collect()
    }
}

fn authorization(kind: &IntegrationKind, token: &Secret<String>) -> Option<HeaderValue> {
    let token = token.expose();
    let text = match kind {
        IntegrationKind::Azure => {
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!(":{token}")))
        }
        IntegrationKind::Gitea => format!("token {token}"),
        _ => format!("Bearer {token}"),
    };
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_its_own_origin_only() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let integration = Integration {
            kind: IntegrationKind::GitHub,
            host: "github.com".into(),
            api_base_url: Some(url("https://api.github.com")),
            raw_base_url: None,
            token: Some(Secret::new("s3cret".into())),
            place: None,
        };
        let credentials = Credentials::new(&[integration]);
        assert_eq!(
            credentials.headers(&url("https://api.github.com/repos"))["authorization"],
            "Bearer s3cret"
        );
        for other in [
            "http://api.github.com/",
            "https://api.github.com:8443/",
            "https://api.github.com.evil.example/",
            "https://codeload.github.com/",
        ] {
            assert!(credentials.headers(&url(other)).is_empty(), "{other}");
        }
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }
}
