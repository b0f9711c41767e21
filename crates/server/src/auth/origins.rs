//! Which origins may be told who signed in.

use config::{AuthSettings, OriginPattern};
use url::Url;

/// The origins of our own pages and of the frontend.
///
/// The reference compares only `origin`; where it sends a browser after a sign-in without a popup it compares nothing.
/// Here both are of one list.
#[derive(Clone, Debug)]
pub(crate) struct Origins {
    /// The frontend's, to which answers go that name no other.
    app: String,
    own: String,
    extra: Vec<OriginPattern>,
}

impl Origins {
    pub(crate) fn new(base_url: &Url, app_base_url: Option<&Url>, auth: &AuthSettings) -> Self {
        let own = base_url.origin().ascii_serialization();
        let app = app_base_url.map_or_else(|| own.clone(), |url| url.origin().ascii_serialization());
        Self { app, own, extra: auth.extra_origins.clone() }
    }

    /// The frontend's origin.
    pub(crate) fn app(&self) -> &str {
        &self.app
    }

    /// The origin that `text` names, if it is one of ours. What stands behind it in the text does not count, as in the
    /// reference.
    pub(crate) fn named(&self, text: &str) -> Option<String> {
        let url = Url::parse(text).ok()?;
        // `null` is the origin of everything that has none.
        let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
        let origin = url.origin().ascii_serialization();
        let is_ours = origin == self.app
            || origin == self.own
            || self.extra.iter().any(|pattern| pattern.matches(&origin));
        (is_web && is_ours).then_some(origin)
    }

    /// Where a browser may be sent after signing in: an address of one of our origins, without credentials in it.
    pub(crate) fn address(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        (is_plain && self.named(text).is_some()).then_some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        Origins {
            app: "https://portal.example.com".to_owned(),
            own: "https://api.example.com".to_owned(),
            extra: vec![OriginPattern::parse("https://*.preview.example.com").expect("a pattern")],
        }
    }

    #[test]
    fn ours_are_the_frontends_our_own_and_those_of_the_list() {
        let ours = |text: &str| origins().named(text);
        assert_eq!(ours("https://portal.example.com").as_deref(), Some("https://portal.example.com"));
        assert_eq!(ours("https://PORTAL.example.com:443/x?y").as_deref(), Some("https://portal.example.com"));
        assert_eq!(ours("https://api.example.com").as_deref(), Some("https://api.example.com"));
        assert!(ours("https://a.preview.example.com").is_some());
        for foreign in [
            "",
            "null",
            "portal.example.com",
            "//portal.example.com",
            "http://portal.example.com",
            "https://portal.example.com.evil.com",
            "https://portal.example.com:8443",
            "https://portal.example.com@evil.com",
            "https://evil.com/https://portal.example.com",
            "https://preview.example.com.evil.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://evil.com/x",
            "file:///etc/passwd",
        ] {
            assert_eq!(ours(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn browsers_are_sent_to_our_origins_alone() {
        let address = |text: &str| origins().address(text).map(String::from);
        assert_eq!(
            address("https://portal.example.com/catalog?x=1#y").as_deref(),
            Some("https://portal.example.com/catalog?x=1#y")
        );
        for foreign in [
            "/catalog",
            "//evil.com",
            "https://user:pw@portal.example.com/",
            "https://evil@portal.example.com/",
            "https://evil.com/",
            "https:/\\evil.com",
            "javascript:https://portal.example.com",
        ] {
            assert_eq!(address(foreign), None, "{foreign}");
        }
    }
}
