//! What an OpenID provider says of itself (OpenID Connect Discovery 1.0).

use std::sync::Arc;

use model::Timestamp;
use serde::Deserialize;
use url::Url;

use super::kept::{Held, Kept};
use super::{ProviderError, fetch};
use crate::outbound::Partner;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";
/// Longest URL that is read.
const MAX_URL: usize = 2048;

/// Where an issuer's document is, and the document.
pub(super) struct Discovery {
    url: Url,
    directory: bool,
    kept: Kept<Metadata>,
}

/// The document: who issues, and where things are. Every URL of it may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) keys: Url,
    pub(super) user_info: Option<Url>,
    pub(super) revocation: Option<Url>,
    /// Whether callbacks say who they are from (RFC 9207).
    pub(super) says_issuer: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    #[serde(default)]
    authorization_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint: Option<String>,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    revocation_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Of an issuer, or of its document. `directory` says that it is one of Microsoft's, which may be called by a domain's
    /// name and then issues as its id.
    pub(super) fn new(configured: &Url, directory: bool) -> Self {
        let mut url = configured.clone();
        url.set_fragment(None);
        if !url.path().ends_with(WELL_KNOWN) {
            let path = format!("{}{WELL_KNOWN}", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        Self { url, directory, kept: Kept::new() }
    }

    /// The document.
    pub(super) async fn metadata(
        &self,
        partner: &Partner,
        now: Timestamp,
    ) -> Result<Arc<Held<Metadata>>, ProviderError> {
        let fetch = async {
            let body = fetch::document(partner, &self.url).await?;
            let document = serde_json::from_slice(&body).map_err(|_| ProviderError::garbled(&self.url))?;
            self.read(document, partner).map_err(ProviderError::Misconfigured)
        };
        self.kept.get(now, fetch).await
    }

    fn read(&self, document: Document, partner: &Partner) -> Result<Metadata, String> {
        if !self.is_issuer(&document.issuer) {
            return Err(format!("the issuer of {} is not the one whose document that is", self.url));
        }
        let endpoint = |name: &str, text: String| {
            let url = Some(text).filter(|text| text.len() <= MAX_URL).and_then(|text| Url::parse(&text).ok());
            let mut url = url.ok_or_else(|| format!("`{name}` of {} is no URL", self.url))?;
            url.set_fragment(None);
            partner
                .permit(&url)
                .map_err(|why| format!("`{name}` of {} may not be called: {why}", self.url))?;
            Ok::<Url, String>(url)
        };
        let optional = |name, text: Option<String>| text.map(|text| endpoint(name, text)).transpose();
        let required = |name, text: Option<String>| {
            optional(name, text)?.ok_or_else(|| format!("{} has no `{name}`", self.url))
        };
        Ok(Metadata {
            issuer: document.issuer,
            authorization: required("authorization_endpoint", document.authorization_endpoint)?,
            token: required("token_endpoint", document.token_endpoint)?,
            keys: endpoint("jwks_uri", document.jwks_uri)?,
            user_info: optional("userinfo_endpoint", document.userinfo_endpoint)?,
            revocation: optional("revocation_endpoint", document.revocation_endpoint)?,
            says_issuer: document.authorization_response_iss_parameter_supported,
        })
    }

    /// Whether a name is that of the issuer whose document we asked for (§4.3). Otherwise whoever has a document somewhere
    /// could speak for others.
    fn is_issuer(&self, issuer: &str) -> bool {
        if issuer.len() > MAX_URL || issuer.contains(['?', '#']) {
            return false;
        }
        let stem = issuer.strip_suffix('/').unwrap_or(issuer);
        let Ok(named) = Url::parse(&format!("{stem}{WELL_KNOWN}")) else { return false };
        let mut asked = self.url.clone();
        asked.set_query(None);
        named == asked || (self.directory && is_directory_of(&named, &asked))
    }
}

/// Whether `named` is `asked` with the directory's id in place of its name. For the names of more than one directory
/// (`common`) the document has a placeholder there, which is no id: nobody in particular would issue.
fn is_directory_of(named: &Url, asked: &Url) -> bool {
    let parts = |url: &Url| {
        let (first, rest) = url.path().strip_prefix('/')?.split_once('/')?;
        Some((first.to_owned(), rest.to_owned()))
    };
    let (Some((id, rest)), Some((_, asked_rest))) = (parts(named), parts(asked)) else { return false };
    let is_id = id.len() == 36 && uuid::Uuid::try_parse(&id).is_ok();
    is_id && rest == asked_rest && named.origin() == asked.origin() && named.username().is_empty()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn discovery(url: &str, directory: bool) -> Discovery {
        Discovery::new(&url.parse().expect("a URL"), directory)
    }

    #[test]
    fn a_document_is_where_its_issuer_says() {
        for (configured, url) in [
            ("https://id.example.com", "https://id.example.com/.well-known/openid-configuration"),
            ("https://id.example.com/", "https://id.example.com/.well-known/openid-configuration"),
            ("https://k.example/realms/a/", "https://k.example/realms/a/.well-known/openid-configuration"),
            (
                "https://k.example/realms/a/.well-known/openid-configuration?p=1",
                "https://k.example/realms/a/.well-known/openid-configuration?p=1",
            ),
        ] {
            assert_eq!(discovery(configured, false).url.as_str(), url);
        }
    }

    #[test]
    fn an_issuer_speaks_for_itself() {
        let of = discovery("https://k.example/realms/a", false);
        for good in ["https://k.example/realms/a", "https://k.example/realms/a/"] {
            assert!(of.is_issuer(good), "{good}");
        }
        for bad in [
            "",
            "https://k.example",
            "https://k.example/realms/b",
            "https://k.example/realms/a//",
            "https://k.example/realms/A",
            "http://k.example/realms/a",
            "https://k.example:8443/realms/a",
            "https://evil.example/realms/a",
            "https://k.example/realms/a?x",
            "https://k.example/realms/a#x",
            "https://x@k.example/realms/a",
            "accounts",
        ] {
            assert!(!of.is_issuer(bad), "{bad}");
        }
    }

    #[test]
    fn a_directory_issues_as_its_id_and_as_nobody_else() {
        let of = discovery("https://login.microsoftonline.com/example.com/v2.0", true);
        assert!(of.is_issuer(&format!("https://login.microsoftonline.com/{ID}/v2.0")));
        for bad in [
            "https://login.microsoftonline.com/{tenantid}/v2.0".to_owned(),
            "https://login.microsoftonline.com/common/v2.0".to_owned(),
            format!("https://sts.windows.net/{ID}/v2.0"),
            format!("https://login.microsoftonline.com/{ID}/"),
            format!("https://login.microsoftonline.com/{{{ID}}}/v2.0"),
        ] {
            assert!(!of.is_issuer(&bad), "{bad}");
        }
        let plain = discovery("https://login.microsoftonline.com/example.com/v2.0", false);
        assert!(!plain.is_issuer(&format!("https://login.microsoftonline.com/{ID}/v2.0")));
    }

    #[test]
    fn endpoints_are_such_as_may_be_called() {
        let issuer: Url = "https://10.0.0.1".parse().expect("a URL");
        let partner = Partner::new([&issuer], Duration::from_secs(1), false);
        let of = Discovery::new(&issuer, false);
        let good = json!({"issuer": "https://10.0.0.1", "authorization_endpoint": "https://10.0.0.1/auth",
            "token_endpoint": "https://10.0.0.1/token", "jwks_uri": "https://keys.example.com/keys"});
        let read = |document: &Value| {
            let document: Document = serde_json::from_value(document.clone()).expect("a document");
            of.read(document, &partner)
        };
        let metadata = read(&good).expect("good");
        assert_eq!(metadata.keys.as_str(), "https://keys.example.com/keys");
        assert_eq!((metadata.user_info, metadata.says_issuer), (None, false));
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "revocation_endpoint",
        ] {
            for bad in [
                "http://keys.example.com/",
                "http://127.0.0.1/",
                "https://127.0.0.1/",
                "https://10.0.0.2/",
                "https://169.254.169.254/latest",
                "https://u:p@keys.example.com/",
                "javascript:alert(1)",
                "/keys",
                "",
            ] {
                let mut document = good.clone();
                document[name] = json!(bad);
                assert!(read(&document).is_err(), "{name}: {bad}");
            }
        }
        for name in ["authorization_endpoint", "token_endpoint"] {
            let mut document = good.clone();
            document[name] = json!(null);
            assert!(read(&document).is_err(), "{name}");
        }
    }
}
