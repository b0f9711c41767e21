//! Headers every answer carries.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The policy of our own pages: nothing but what we serve ourselves, no inline script or style.
///
/// Each allowance has its reason: `script-src`, `style-src` for our two files; `img-src` for the icon
/// sprite and `data:` for the favicon; `connect-src` for search as you type; `form-action` for our
/// forms. All else stays shut by `default-src 'none'`.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// The headers of one face (API answers, pages), made once.
#[derive(Debug)]
pub(crate) struct SecurityHeaders {
    fixed: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// Headers as the reference sends them, with `policy` as Content-Security-Policy.
    ///
    /// Stricter than the reference: nothing may frame an answer of ours, answers are not shared with
    /// other origins' pages unless CORS says so, and browsers isolate our pages from their openers.
    pub(crate) fn new(policy: &str, referrer: &str) -> Self {
        let text = |value: &str| HeaderValue::from_str(value).ok();
        let fixed = [
            (header::CONTENT_SECURITY_POLICY, text(policy)),
            (header::REFERRER_POLICY, text(referrer)),
            (header::STRICT_TRANSPORT_SECURITY, text("max-age=15552000; includeSubDomains")),
            (header::X_CONTENT_TYPE_OPTIONS, text("nosniff")),
            (header::X_DNS_PREFETCH_CONTROL, text("off")),
            (HeaderName::from_static("x-download-options"), text("noopen")),
            (header::X_FRAME_OPTIONS, text("DENY")),
            (HeaderName::from_static("x-permitted-cross-domain-policies"), text("none")),
            (header::X_XSS_PROTECTION, text("0")),
            (HeaderName::from_static("cross-origin-opener-policy"), text("same-origin")),
        ];
        Self { fixed: fixed.into_iter().filter_map(|(name, value)| Some((name, value?))).collect() }
    }

    /// Puts them on an answer. A value a handler set itself is stricter for that answer and stays.
    pub(crate) fn apply(&self, answer: &mut HeaderMap) {
        for (name, value) in &self.fixed {
            if !answer.contains_key(name) {
                answer.insert(name.clone(), value.clone());
            }
        }
        // Answers depend on who asks; no shared cache may keep one unless a handler said so.
        if !answer.contains_key(header::CACHE_CONTROL) {
            answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
