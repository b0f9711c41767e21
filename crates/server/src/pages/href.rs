//! Addresses that a page may link to.

use std::fmt::{self, Write as _};

use model::EntityRef;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::{Url, form_urlencoded};

/// Longest address linked, in bytes; browsers and proxies agree on little more.
const MAX_BYTES: usize = 2_048;

/// What a path segment must not hold as it is.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An address that is safe to put into `href` or `action`.
///
/// INVARIANT: it is either a path on this server, built from encoded parts, or an absolute `http`,
/// `https` or `mailto` URL without credentials. There is no constructor that takes it on trust, and
/// the `url` filter, which every link in a template goes through, accepts nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Href(String);

impl Href {
    /// A path on this server; each segment is percent-encoded.
    pub fn page(segments: &[&str]) -> Self {
        let mut path = String::with_capacity(32);
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        if path.is_empty() {
            path.push('/');
        }
        Self(path)
    }

    /// The page of an entity.
    pub fn entity(target: &EntityRef) -> Self {
        Self::page(&["catalog", target.namespace(), target.kind(), target.name()])
    }

    /// An address elsewhere, as the catalog's authors wrote it: `http`, `https` or `mailto`, or
    /// nothing. Credentials in it (`https://bank@evil.example`) make it nothing too: they mislead
    /// the reader, or are secrets.
    pub fn outside(raw: &str) -> Option<Self> {
        if raw.len() > MAX_BYTES {
            return None;
        }
        let url = Url::parse(raw).ok()?;
        let plain = url.username().is_empty() && url.password().is_none();
        let known = match url.scheme() {
            "http" | "https" => url.has_host(),
            "mailto" => true,
            _ => false,
        };
        (known && plain).then(|| Self(url.into()))
    }

    /// The page to come back to after a form, as the form sent it: a path on this server, or
    /// nothing. `//host` and `/\host` are addresses elsewhere to a browser, hence refused.
    pub fn back(raw: &str) -> Option<Self> {
        let local = raw.starts_with('/') && !raw[1..].starts_with(['/', '\\']);
        let plain = raw.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#');
        (local && plain && raw.len() <= MAX_BYTES).then(|| Self(raw.to_owned()))
    }

    /// The same address with these parameters after it.
    #[must_use]
    pub fn with_query<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if !query.is_empty() {
            self.0.push(if self.0.contains('?') { '&' } else { '?' });
            self.0.push_str(&query);
        }
        self
    }

    /// The same address, pointing at a place in the page.
    #[must_use]
    pub fn at(mut self, id: &str) -> Self {
        // Writing to a string does not fail.
        let _ = write!(self.0, "#{}", utf8_percent_encode(id, SEGMENT));
        self
    }

    /// A place in the page that is shown.
    pub fn here(id: &str) -> Self {
        Self(String::new()).at(id)
    }

    /// The address as text; for a `Location` header it is already encoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it leads away from this server.
    pub fn is_outside(&self) -> bool {
        !self.0.starts_with(['/', '#'])
    }
}

impl AsRef<Href> for Href {
    fn as_ref(&self) -> &Href {
        self
    }
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_harmless_schemes_become_links() {
        for good in ["https://a.example/x?y#z", "http://a.example/", "mailto:ops@a.example"] {
            assert_eq!(Href::outside(good).as_ref().map(Href::as_str), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            " \tjava\nscript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://a.example/1",
            "/relative",
            "//host.example/",
            "https://user:pass@a.example/",
            "https://bank.example@evil.example/",
            "https://",
            "",
        ] {
            assert_eq!(Href::outside(bad), None, "{bad}");
        }
    }

    #[test]
    fn coming_back_stays_on_this_server() {
        assert!(Href::back("/catalog?kind=api&page=2").is_some());
        for bad in [
            "",
            "catalog",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://x",
            "/a b",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(Href::back(bad), None, "{bad}");
        }
    }

    #[test]
    fn parts_cannot_leave_their_place() {
        let href = Href::page(&["catalog", "a/../b", "\"><script>"]).with_query([("q", "a&b=\"<")]);
        assert_eq!(href.as_str(), "/catalog/a%2F..%2Fb/%22%3E%3Cscript%3E?q=a%26b%3D%22%3C");
        assert_eq!(Href::page(&[]).as_str(), "/");
        assert_eq!(Href::page(&["a"]).with_query([]).at("rel x").as_str(), "/a#rel%20x");
    }

    proptest! {
        #[test]
        fn whatever_is_linked_has_an_allowed_scheme(raw in any::<String>(), scheme in "[a-zA-Z]{1,10}") {
            for raw in [raw.clone(), format!("{scheme}:{raw}"), format!("{scheme}://{raw}")] {
                if let Some(href) = Href::outside(&raw) {
                    let allowed = ["http://", "https://", "mailto:"];
                    prop_assert!(allowed.iter().any(|start| href.as_str().starts_with(start)));
                }
            }
        }
    }
}
