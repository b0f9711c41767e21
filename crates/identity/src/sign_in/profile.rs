//! What a provider says of a person.

/// Longest text of a profile that is kept, in bytes.
const MAX_TEXT: usize = 1024;

/// An address with what the provider says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    address: String,
    verified: Option<bool>,
}

impl Email {
    /// An address, and whether the provider says that it is verified; `None` where it says nothing. Something that is no
    /// address, or more than one, is none.
    pub fn new(address: &str, verified: Option<bool>) -> Option<Self> {
        let (local, domain) = address.rsplit_once('@')?;
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '<' | '>' | '\\');
        let is_one = !local.is_empty() && !domain.is_empty() && !local.contains('@') && address.len() <= 254;
        (is_one && address.chars().all(is_plain)).then(|| Self { address: address.to_owned(), verified })
    }

    /// The address, if it counts: if the provider says that it is verified, or, where `unsaid_counts`, says nothing. What
    /// the provider says is not verified never counts.
    pub fn counted(&self, unsaid_counts: bool) -> Option<&str> {
        self.verified.unwrap_or(unsaid_counts).then_some(self.address.as_str())
    }
}

/// A person, as the provider tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Her address.
    pub email: Option<Email>,
    /// Whether an address counts of which the provider does not say that it is verified. Needs an acceptance.
    pub unsaid_email_counts: bool,
    /// Her name at the provider: `login` of GitHub, `preferred_username`.
    pub username: Option<String>,
    /// What the provider calls her by for ever: `sub`, the id of GitHub.
    pub id: Option<String>,
    /// For people to read; nobody is found by it.
    pub display_name: Option<String>,
    /// A picture's address, to be shown.
    pub picture: Option<String>,
}

impl Profile {
    /// The address that counts.
    pub fn counted_email(&self) -> Option<&str> {
        self.email.as_ref()?.counted(self.unsaid_email_counts)
    }

    /// A text of the provider's, if it is one that can be kept: not empty, not too long, without control characters.
    pub fn text(text: &str) -> Option<String> {
        let is_fine = !text.trim().is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control);
        is_fine.then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_when_it_is_verified() {
        let counted = |verified, unsaid| {
            let email = Email::new("ada@example.com", verified).expect("an address");
            email.counted(unsaid).is_some()
        };
        assert!(counted(Some(true), false) && counted(Some(true), true));
        assert!(!counted(Some(false), false) && !counted(Some(false), true), "no is no");
        assert!(!counted(None, false), "nothing said is no");
        assert!(counted(None, true), "unless that was accepted");
    }

    #[test]
    fn what_is_no_single_address_is_none() {
        for bad in [
            "",
            "@",
            "ada",
            "ada@",
            "@example.com",
            "a@b@c",
            "\"a@b\"@c",
            "a b@c",
            "a@c,d@e",
            "Ada <a@c>",
            "a@c\n",
            "ä@c",
            "a@c\0",
            &format!("{}@c", "a".repeat(300)),
        ] {
            assert_eq!(Email::new(bad, Some(true)), None, "{bad:?}");
        }
        assert!(Email::new("o'brien+backstage@sub.example.co.uk", Some(true)).is_some());
    }
}
