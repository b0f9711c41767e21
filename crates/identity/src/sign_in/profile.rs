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

    /// Whether the provider has said anything of the address, so that asking it again would tell nothing new.
    pub fn is_email_settled(&self) -> bool {
        self.email.as_ref().is_some_and(|email| email.verified.is_some())
    }

    /// With what it lacks from another profile of the same person. What is said here stands; an address of which nothing
    /// is said gives way to one.
    #[must_use]
    pub fn completed_by(self, other: Self) -> Self {
        let email = if self.is_email_settled() { self.email } else { other.email.or(self.email) };
        Self {
            email,
            unsaid_email_counts: self.unsaid_email_counts,
            username: self.username.or(other.username),
            id: self.id.or(other.id),
            display_name: self.display_name.or(other.display_name),
            picture: self.picture.or(other.picture),
        }
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

    #[test]
    fn what_is_said_stands_and_what_lacks_is_filled_in() {
        let with = |email: Option<(&str, Option<bool>)>, name: Option<&str>| Profile {
            email: email.and_then(|(address, verified)| Email::new(address, verified)),
            username: name.map(str::to_owned),
            ..Profile::default()
        };
        let verified = with(Some(("b@example.com", Some(true))), Some("b"));
        for (first, email, name) in [
            (with(None, None), Some("b@example.com"), "b"),
            (with(Some(("a@example.com", None)), Some("a")), Some("b@example.com"), "a"),
            (with(Some(("a@example.com", Some(true))), None), Some("a@example.com"), "b"),
            (with(Some(("a@example.com", Some(false))), None), None, "b"),
        ] {
            let whole = first.clone().completed_by(verified.clone());
            assert_eq!((whole.counted_email(), whole.username.as_deref()), (email, Some(name)), "{first:?}");
        }
        let unsaid = with(Some(("a@example.com", None)), None).completed_by(Profile::default());
        assert_eq!(unsaid.email, Email::new("a@example.com", None));
    }
}
