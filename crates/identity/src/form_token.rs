//! The hidden field that proves a form was ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::SessionToken;

/// Keeps this use of the session's secret apart from every other one.
const DOMAIN: &[u8] = b"stagedoor form token 1\0";

/// Proves that a form was made for this session: another site can make a browser send the cookie, but
/// can not read it, and so can not compute this.
///
/// Derived from the session's own 256-bit secret, so it needs no key, no row, and holds on every
/// replica. It is not the stored hash: whoever reads the database can not make one.
#[derive(Clone)]
pub struct FormToken(String);

impl FormToken {
    /// The token for forms of this session.
    pub fn for_session(session: &SessionToken) -> Self {
        let digest = Sha256::new().chain_update(DOMAIN).chain_update(session.expose()).finalize();
        Self(URL_SAFE_NO_PAD.encode(digest))
    }

    /// The text of the hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `presented` is this token; takes the same time wherever it differs.
    #[must_use]
    pub fn matches(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

impl std::fmt::Debug for FormToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opaque::tests::Counting;

    #[test]
    fn it_belongs_to_one_session() {
        let entropy = Counting::default();
        let (mine, theirs) = (SessionToken::generate(&entropy), SessionToken::generate(&entropy));
        let token = FormToken::for_session(&mine);
        assert!(FormToken::for_session(&mine).matches(token.as_str()));
        assert!(!FormToken::for_session(&theirs).matches(token.as_str()));
        assert!(!token.matches(""));
        assert!(!token.matches(&mine.hash().to_string()), "the stored hash is no form token");
        assert_eq!(format!("{token:?}"), "FormToken");
    }
}
