//! Scopes: words of RFC 6749 §3.3.

use super::{ProviderError, Refusal};

const MAX_WORDS: usize = 64;
const MAX_BYTES: usize = 2048;

/// The words of some texts, each once, in the order in which they come first.
pub(super) fn union<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<String, ProviderError> {
    let mut words: Vec<&str> = Vec::new();
    for word in texts.into_iter().flat_map(str::split_ascii_whitespace) {
        if !word.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(Refusal::Scope.into());
        }
        if !words.contains(&word) {
            words.push(word);
        }
        if words.len() > MAX_WORDS {
            return Err(Refusal::Scope.into());
        }
    }
    let scope = words.join(" ");
    if scope.len() <= MAX_BYTES { Ok(scope) } else { Err(Refusal::Scope.into()) }
}

/// What is kept as granted: what was asked for, and what the provider's answer has besides. Frontends compare with what
/// they asked for, and providers do not repeat all of it: Microsoft leaves out `offline_access`, GitHub what another word
/// includes. Words that cannot be read were not granted for us to hand on.
pub(super) fn granted(asked: &str, said: Option<&str>) -> String {
    union([asked, said.unwrap_or_default()]).or_else(|_| union([asked])).unwrap_or_default()
}

/// Whether all words of `some` are in `all`.
pub(crate) fn covers(all: &str, some: &str) -> bool {
    some.split_ascii_whitespace().all(|word| all.split_ascii_whitespace().any(|one| one == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_once_and_are_words() {
        assert_eq!(union(["openid email", " email  a:b/c"]).expect("words"), "openid email a:b/c");
        for bad in ["a\"b", "a\\b", "ä", "a\u{7f}"] {
            assert!(union([bad]).is_err(), "{bad}");
        }
        let many = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        assert!(union([many.as_str()]).is_err());
        assert!(union(["x".repeat(3000).as_str()]).is_err());
    }

    #[test]
    fn what_was_asked_for_counts_as_granted() {
        assert_eq!(granted("openid offline_access", Some("email openid")), "openid offline_access email");
        assert_eq!(granted("user read:user", Some("user")), "user read:user");
        assert_eq!(granted("openid", None), "openid");
        assert_eq!(granted("openid", Some("a\"b")), "openid", "what cannot be read is left out");
    }

    #[test]
    fn a_scope_covers_its_words() {
        assert!(covers("a b c", "c a") && covers("a", "") && !covers("a b", "a bc") && !covers("", "a"));
    }
}
