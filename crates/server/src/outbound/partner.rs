//! Calls to an identity provider: one that the operator named, and who learns secrets of ours.
//!
//! What such a provider announces in its documents is called as well, but only in the public internet or at the host that
//! the operator named. No redirect is followed: an answer that leads elsewhere would take a secret along.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, StatusCode, header};
use model::{SafeUrl, Secret};
use untrusted::net::{AddressClass, Host};
use url::Url;

use super::client::{Broken, broken, client};
use super::resolve::{Named, check};

/// Most bytes of an answer, decompressed.
const ANSWER: usize = 256 * 1024;

/// The client for one identity provider.
#[derive(Clone, Debug)]
pub(crate) struct Partner {
    client: reqwest::Client,
    hosts: Arc<Hosts>,
    /// Whether http will do for this machine.
    in_development: bool,
}

/// Names and addresses that may be private, in lower case.
#[derive(Debug)]
struct Hosts(BTreeSet<String>);

impl Named for Hosts {
    fn names(&self, host: &str) -> bool {
        self.0.contains(&host.to_ascii_lowercase())
    }
}

/// How something is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method<'a> {
    Get,
    /// Fields of a form.
    Post(&'a [(&'a str, &'a str)]),
    /// With a JSON body.
    Delete(&'a serde_json::Value),
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: Method<'a>,
    /// Media type to ask for.
    pub(crate) accept: &'static str,
    /// The whole header field.
    pub(crate) authorization: Option<&'a Secret<HeaderValue>>,
}

/// An answer of any status; redirects are not followed.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// Why there is no answer. URLs in these texts have neither credentials nor queries.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// It may not be called.
    #[error("{0} may not be called: {1}")]
    Forbidden(SafeUrl, String),
    /// More than is taken.
    #[error("the answer of {0} has more than {ANSWER} bytes")]
    TooLarge(SafeUrl),
    /// No answer.
    #[error("{0} did not answer: {1}")]
    Transport(SafeUrl, &'static str, #[source] reqwest::Error),
}

impl Partner {
    /// A client for a provider whose hosts the operator named. `timeout` is for a whole call. Only `in_development` may
    /// this machine be called by http.
    pub(crate) fn new<'a>(
        named: impl IntoIterator<Item = &'a Url>,
        timeout: Duration,
        in_development: bool,
    ) -> Self {
        let hosts = named.into_iter().filter_map(|url| Some(url.host_str()?.to_ascii_lowercase()));
        let hosts = Arc::new(Hosts(hosts.collect()));
        Self { client: client(Arc::clone(&hosts), timeout, timeout), hosts, in_development }
    }

    /// Calls.
    pub(crate) async fn call(&self, call: Call<'_>) -> Result<Reply, CallError> {
        self.permit(call.url).map_err(|why| CallError::Forbidden(SafeUrl::from(call.url.clone()), why))?;
        let mut request = match call.method {
            Method::Get => self.client.get(call.url.clone()),
            Method::Post(fields) => {
                let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
                self.client.post(call.url.clone()).header(header::CONTENT_TYPE, kind).body(form)
            }
            Method::Delete(json) => self.client.delete(call.url.clone()).json(json),
        };
        request = request.header(header::ACCEPT, HeaderValue::from_static(call.accept));
        if let Some(value) = call.authorization {
            request = request.header(header::AUTHORIZATION, value.expose().clone());
        }
        let mut response = request.send().await.map_err(|error| failed(call.url, error))?;
        let mut body = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(|error| failed(call.url, error))? {
            if body.len() + piece.len() > ANSWER {
                return Err(CallError::TooLarge(SafeUrl::from(call.url.clone())));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Reply { status: response.status(), body: body.freeze() })
    }

    /// Whether a URL may be called, as far as can be seen before its name is resolved; if not, why. Documents of the
    /// provider are held to it when they are read.
    pub(crate) fn permit(&self, url: &Url) -> Result<(), String> {
        let host = url.host_str().and_then(|host| Host::parse(host).ok());
        let host = host.ok_or_else(|| "it has no host".to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it carries credentials".to_owned());
        }
        match url.scheme() {
            "https" => {}
            "http" if self.in_development && is_this_machine(&host) => {}
            _ => return Err("it is no https URL".to_owned()),
        }
        // The client does not ask the resolver about addresses.
        if let (Host::Address(address), Some(text)) = (host, url.host_str()) {
            check(text, address, self.hosts.names(text)).map_err(|refused| refused.to_string())?;
        }
        Ok(())
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Address(address) => AddressClass::of(*address) == AddressClass::Loopback,
        Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
    }
}

fn failed(url: &Url, error: reqwest::Error) -> CallError {
    let safe = SafeUrl::from(url.clone());
    match broken(error) {
        Broken::Refused(refused) => CallError::Forbidden(safe, refused.to_string()),
        Broken::Transport(what, error) => CallError::Transport(safe, what, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(partner: &Partner, url: &str) -> bool {
        partner.permit(&url.parse().expect("a URL")).is_ok()
    }

    #[test]
    fn only_this_machine_is_called_without_tls_and_only_in_development() {
        let urls = ["http://127.0.0.1:1/", "http://localhost:1/", "https://10.0.0.1/", "http://10.0.0.1/"];
        let named: Vec<Url> = urls.iter().map(|url| url.parse().expect("a URL")).collect();
        let of = |in_development| Partner::new(&named, Duration::from_secs(1), in_development);
        let answers = |partner: &Partner| urls.map(|url| permits(partner, url));
        assert_eq!(answers(&of(true)), [true, true, true, false]);
        assert_eq!(answers(&of(false)), [false, false, true, false]);
        for bad in
            ["ftp://localhost/", "https://user@id.example.com/", "https://:pw@id.example.com/", "data:,x"]
        {
            assert!(!permits(&of(true), bad), "{bad}");
        }
    }

    #[test]
    fn what_was_not_named_is_called_in_the_public_internet_alone() {
        let named: Url = "https://10.0.0.1/realms/a".parse().expect("a URL");
        let partner = Partner::new([&named], Duration::from_secs(1), true);
        for good in
            ["https://10.0.0.1/keys", "https://10.0.0.1:8443/", "https://1.1.1.1/", "https://a.example/"]
        {
            assert!(permits(&partner, good), "{good}");
        }
        for bad in [
            "https://10.0.0.2/",
            "https://0x0a000002/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/",
            "http://127.0.0.1/",
        ] {
            assert!(!permits(&partner, bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_was_not_named_does_not_lead_inside() {
        let named: Url = "https://id.example.com/".parse().expect("a URL");
        let partner = Partner::new([&named], Duration::from_secs(5), true);
        let url: Url = "http://localhost:9/".parse().expect("a URL");
        let call = Call { url: &url, method: Method::Get, accept: "*/*", authorization: None };
        let answer = partner.call(call).await;
        assert!(matches!(answer, Err(CallError::Forbidden(..))), "{:?}", answer.err());
    }
}
