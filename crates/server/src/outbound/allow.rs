//! Which URLs may be read: `backend.reading.allow` and the hosts of `integrations`.

use config::{Integration, ReadAllow};
use url::Url;

use super::resolve::Named;

/// The list of hosts that may be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowList {
    entries: Vec<ReadAllow>,
    integrations: Vec<Origin>,
}

/// Where an integration's files and API are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Origin {
    host: String,
    /// `None` is the scheme's default.
    port: Option<u16>,
    /// Whether somebody wrote it down, rather than it being known to everybody.
    configured: bool,
}

/// How far a permission to read reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The public internet only.
    Global,
    /// Private networks and this machine too: the host was named in full by the operator.
    Named,
}

impl AllowList {
    pub(crate) fn new(reading: &[ReadAllow], integrations: &[Integration]) -> Self {
        let origins = integrations.iter().flat_map(|integration| {
            let configured = integration.place.is_some();
            let (host, port) = match integration.host.rsplit_once(':') {
                Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
                _ => (integration.host.as_str(), None),
            };
            let own = Origin { host: host.to_owned(), port, configured };
            let others = [&integration.api_base_url, &integration.raw_base_url];
            let others = others.into_iter().flatten().filter_map(move |url| {
                Some(Origin { host: url.host_str()?.to_ascii_lowercase(), port: url.port(), configured })
            });
            std::iter::once(own).chain(others)
        });
        Self { entries: reading.to_vec(), integrations: origins.collect() }
    }

    /// Whether a URL may be read, and how far that reaches.
    pub(crate) fn permits(&self, url: &Url) -> Option<Reach> {
        let host = url.host_str()?.to_ascii_lowercase();
        let entries = self
            .entries
            .iter()
            .filter(|entry| covers(entry, &host, url))
            .map(|entry| if entry.host.starts_with("*.") { Reach::Global } else { Reach::Named });
        let integrations = self
            .integrations
            .iter()
            .filter(|origin| origin.host == host && origin.port == url.port())
            .map(|origin| if origin.configured { Reach::Named } else { Reach::Global });
        entries.chain(integrations).max_by_key(|reach| *reach == Reach::Named)
    }
}

impl Named for AllowList {
    /// Whether some URL of this host may reach private networks.
    fn names(&self, host: &str) -> bool {
        self.entries.iter().any(|entry| entry.host == host)
            || self.integrations.iter().any(|origin| origin.configured && origin.host == host)
    }
}

fn covers(entry: &ReadAllow, host: &str, url: &Url) -> bool {
    let host_fits = match entry.host.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => host == entry.host,
    };
    let port_fits = match entry.ports {
        Some((first, last)) => url.port_or_known_default().is_some_and(|port| (first..=last).contains(&port)),
        None => url.port().is_none(),
    };
    // `url` has taken `.` and `..` out of the path already, encoded ones too.
    let path = url.path();
    let path_fits = entry.paths.is_empty()
        || entry.paths.iter().any(|allowed| {
            path == allowed
                || path
                    .strip_prefix(allowed.as_str())
                    .is_some_and(|rest| allowed.ends_with('/') || rest.starts_with('/'))
        });
    // `%2f..%2f` is one segment here and may be three to the server behind.
    let plain = !path.to_ascii_lowercase().contains("%2f") && !path.contains('\\');
    host_fits && port_fits && path_fits && (plain || entry.paths.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(host: &str, ports: Option<(u16, u16)>, paths: &[&str]) -> ReadAllow {
        let paths = paths.iter().map(|path| (*path).to_owned()).collect();
        ReadAllow { host: host.to_owned(), ports, paths }
    }

    fn reach(entries: &[ReadAllow], url: &str) -> Option<Reach> {
        AllowList::new(entries, &[]).permits(&Url::parse(url).expect("a URL"))
    }

    #[test]
    fn a_host_without_a_port_means_the_usual_one() {
        let list = [entry("a.example", None, &[])];
        assert_eq!(reach(&list, "https://A.example/x"), Some(Reach::Named));
        assert_eq!(reach(&list, "http://a.example/x"), Some(Reach::Named));
        assert_eq!(reach(&list, "https://a.example:8443/x"), None);
        assert_eq!(reach(&list, "https://b.a.example/x"), None);
    }

    #[test]
    fn ports_may_be_a_range() {
        let list = [entry("a.example", Some((443, 8000)), &[])];
        assert_eq!(reach(&list, "https://a.example/x"), Some(Reach::Named));
        assert_eq!(reach(&list, "https://a.example:8000/x"), Some(Reach::Named));
        assert_eq!(reach(&list, "http://a.example/x"), None);
        assert_eq!(reach(&list, "https://a.example:8001/x"), None);
    }

    #[test]
    fn a_wild_card_covers_names_below_and_reaches_the_internet_only() {
        let list = [entry("*.example.com", None, &[])];
        assert_eq!(reach(&list, "https://a.b.example.com/"), Some(Reach::Global));
        assert_eq!(reach(&list, "https://example.com/"), None);
        assert_eq!(reach(&list, "https://badexample.com/"), None);
    }

    #[test]
    fn paths_end_at_segments() {
        let list = [entry("a.example", None, &["/docs", "/x/"])];
        for good in ["/docs", "/docs/a", "/x/", "/x/y"] {
            assert!(reach(&list, &format!("https://a.example{good}")).is_some(), "{good}");
        }
        for bad in ["/docsx", "/x", "/", "/docs/../secret", "/docs/%2e%2e/secret", "/docs/..%2fsecret"] {
            assert!(reach(&list, &format!("https://a.example{bad}")).is_none(), "{bad}");
        }
    }
}
