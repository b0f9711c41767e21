//! Which hosts we answer for.
//!
//! In production those are the hosts of `backend.baseUrl` and `app.baseUrl` alone, health probes
//! excepted. In development they are loopback names alone, and no forwarding header is taken: a page
//! in the developer's browser that rebinds its own name to 127.0.0.1, or a tunnel to the outside,
//! finds the door shut.

use http::{HeaderMap, Uri, header};
use url::Url;

/// Headers that say a proxy stands before us.
const FORWARDING: [&str; 7] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
    "cf-connecting-ip",
];

/// The hosts a server answers for.
#[derive(Clone, Debug)]
pub(crate) enum Hosts {
    /// Production: these authorities (`host` or `host:port`, lower case).
    Named(Vec<String>),
    /// Development: loopback names with any port, and no forwarding headers.
    Loopback,
}

impl Hosts {
    /// The authorities of the public URLs. A default port may be written or left out.
    pub(crate) fn of_urls<'a>(urls: impl IntoIterator<Item = &'a Url>) -> Self {
        let mut named = Vec::new();
        for url in urls {
            let Some(host) = url.host_str() else { continue };
            let host = host.to_lowercase();
            if let Some(port) = url.port() {
                named.push(format!("{host}:{port}"));
            } else {
                named.extend(url.port_or_known_default().map(|port| format!("{host}:{port}")));
                named.push(host);
            }
        }
        Self::Named(named)
    }

    /// Whether the request names one of our hosts, once and plainly.
    pub(crate) fn allows(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let named = match (hosts.next(), uri.authority()) {
            (Some(value), None) => value.to_str().ok(),
            // HTTP/2 carries the host in `:authority`; a Host header beside it must agree.
            (None, Some(authority)) => Some(authority.as_str()),
            (Some(value), Some(authority)) if value.as_bytes() == authority.as_str().as_bytes() => {
                Some(authority.as_str())
            }
            _ => None,
        };
        let (Some(named), None) = (named, hosts.next()) else { return false };
        let named = named.to_lowercase();
        match self {
            Self::Named(ours) => ours.contains(&named),
            Self::Loopback => {
                is_loopback(&named) && FORWARDING.iter().all(|name| !headers.contains_key(*name))
            }
        }
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "[::1]")
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|v4| v4.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(hosts: &Hosts, pairs: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers
                .append(http::HeaderName::try_from(*name).expect("a name"), value.parse().expect("a value"));
        }
        hosts.allows(&Uri::from_static("/"), &headers)
    }

    #[test]
    fn production_answers_its_own_host_once() {
        let hosts = Hosts::of_urls([&Url::parse("https://Portal.example.com").expect("a URL")]);
        assert!(asks(&hosts, &[("host", "portal.example.com")]));
        assert!(asks(&hosts, &[("host", "PORTAL.example.com:443")]));
        assert!(!asks(&hosts, &[("host", "portal.example.com:80")]));
        assert!(!asks(&hosts, &[("host", "evil.example")]));
        assert!(!asks(&hosts, &[]));
        assert!(!asks(&hosts, &[("host", "portal.example.com"), ("host", "portal.example.com")]));
    }

    #[test]
    fn development_answers_loopback_without_a_proxy() {
        let hosts = Hosts::Loopback;
        for good in ["localhost", "localhost:7007", "127.0.0.1:7007", "[::1]:7007", "127.0.0.2"] {
            assert!(asks(&hosts, &[("host", good)]), "{good}");
        }
        for bad in ["localhost.evil.example", "127.0.0.1.nip.example", "10.0.0.1", "[::2]:1", ""] {
            assert!(!asks(&hosts, &[("host", bad)]), "{bad}");
        }
        assert!(!asks(&hosts, &[("host", "localhost"), ("x-forwarded-host", "localhost")]));
    }
}
