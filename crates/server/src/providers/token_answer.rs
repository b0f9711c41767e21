//! What a token endpoint answers (RFC 6749 §5).

use std::time::Duration;

use http::StatusCode;
use model::Secret;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{ProviderError, Refusal};
use crate::outbound::Reply;

/// Longest token that is kept, in bytes.
const MAX_TOKEN: usize = 32 * 1024;
/// Longest lifetime that is believed.
const LONGEST: Duration = Duration::from_hours(24 * 400);

/// Tokens.
#[derive(Debug)]
pub(super) struct TokenAnswer {
    pub(super) access_token: Secret<String>,
    pub(super) id_token: Option<Secret<String>>,
    pub(super) refresh_token: Option<Secret<String>>,
    /// As the endpoint writes it.
    pub(super) scope: Option<String>,
    pub(super) expires_in: Option<Duration>,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    expires_in: Value,
}

impl TokenAnswer {
    /// Reads an answer. Errors may come with any status; GitHub's come with 200.
    pub(super) fn read(reply: &Reply, url: &Url) -> Result<Self, ProviderError> {
        if let Some(error) = ProviderError::of_status(url, reply.status) {
            return Err(error);
        }
        let wire: Option<Wire> = serde_json::from_slice(&reply.body).ok();
        match (wire, reply.status) {
            (Some(Wire { error: Some(code), .. }), _) => Err(ProviderError::of_code(&code)),
            (Some(wire), status) if status.is_success() => Self::of(wire, url),
            (None, status) if status.is_success() => Err(ProviderError::garbled(url)),
            (_, StatusCode::UNAUTHORIZED) => {
                Err(ProviderError::Misconfigured("its token endpoint does not know the client".to_owned()))
            }
            _ => Err(Refusal::Unknown.into()),
        }
    }

    fn of(wire: Wire, url: &Url) -> Result<Self, ProviderError> {
        let garbled = || ProviderError::garbled(url);
        let token = |text: String| if is_token(&text) { Ok(Secret::new(text)) } else { Err(garbled()) };
        // Others, bound to a key, would have to be presented otherwise.
        if !wire.token_type.is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(garbled());
        }
        let seconds = match &wire.expires_in {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        Ok(Self {
            access_token: token(wire.access_token.ok_or_else(garbled)?)?,
            id_token: wire.id_token.map(token).transpose()?,
            refresh_token: wire.refresh_token.filter(|text| !text.is_empty()).map(token).transpose()?,
            scope: wire.scope,
            expires_in: seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST)),
        })
    }
}

/// Visible letters of ASCII (RFC 6749, appendix A.12), which a header field can hold.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<TokenAnswer, ProviderError> {
        let url = "https://id.example.com/token".parse().expect("a URL");
        let status = StatusCode::from_u16(status).expect("a status");
        TokenAnswer::read(&Reply { status, body: body.to_owned().into() }, &url)
    }

    #[test]
    fn tokens_are_read_with_their_lifetimes() {
        let body = r#"{"access_token":"a","token_type":"bearer","expires_in":"3599","refresh_token":"","scope":"x y"}"#;
        let answer = read(200, body).expect("tokens");
        assert_eq!(answer.expires_in, Some(Duration::from_secs(3599)));
        assert!(answer.refresh_token.is_none() && answer.id_token.is_none());
        assert_eq!(answer.scope.as_deref(), Some("x y"));
        let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":18446744073709551615}"#;
        assert_eq!(read(200, body).expect("tokens").expires_in, Some(LONGEST));
    }

    #[test]
    fn whatever_is_no_answer_is_an_error_without_its_words() {
        let long = format!(r#"{{"access_token":"{}","token_type":"bearer"}}"#, "a".repeat(MAX_TOKEN + 1));
        for (status, body, want) in [
            (200, "", "Unreachable"),
            (200, "<html>s3cret</html>", "Unreachable"),
            (200, r#"{"access_token":"s3cret"}"#, "Unreachable"),
            (200, r#"{"access_token":"s3cret","token_type":"DPoP"}"#, "Unreachable"),
            (200, r#"{"access_token":"s3\ncret","token_type":"bearer"}"#, "Unreachable"),
            (200, r#"{"access_token":"","token_type":"bearer"}"#, "Unreachable"),
            (200, r#"{"access_token":["s3cret"],"token_type":"bearer"}"#, "Unreachable"),
            (200, &long, "Unreachable"),
            (200, r#"{"error":"bad_verification_code","error_description":"s3cret"}"#, "Refused(Grant)"),
            (200, r#"{"access_token":"a","token_type":"bearer","error":"s3cret"}"#, "Refused(Unknown)"),
            (400, r#"{"error":"invalid_grant","error_description":"s3cret"}"#, "Refused(Grant)"),
            (400, r#"{"error":"s3cret"}"#, "Refused(Unknown)"),
            (400, r#"{"access_token":"s3cret","token_type":"bearer"}"#, "Refused(Unknown)"),
            (400, "s3cret", "Refused(Unknown)"),
            (401, r#"{"error":"invalid_client","client_secret":"s3cret"}"#, "Misconfigured"),
            (401, "s3cret", "Misconfigured"),
            (302, "s3cret", "Misconfigured"),
            (429, "s3cret", "Unreachable"),
            (503, r#"{"error":"invalid_grant"}"#, "Unreachable"),
        ] {
            let error = read(status, body).expect_err("no tokens");
            let shown = format!("{error:?}");
            assert!(shown.starts_with(want), "{status} {body}: {shown}");
            assert!(!shown.contains("s3cret") && !error.to_string().contains("s3cret"), "{shown}");
        }
    }
}
