//! One generated credential, and how it is carried.

use std::ops::Range;

use crate::rng::Rng;

/// A credential that opens nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The rule it must be found under.
    pub rule: &'static str,
    /// Other rules that would be as right: a JWT that is also a vendor's key.
    pub or: &'static [&'static str],
    /// The secret: what must be masked.
    pub text: String,
    /// The part of `text` that is random; fixed prefixes are outside.
    pub variable: Range<usize>,
    /// What a file calls it: `UPPER_SNAKE`, or a header's name.
    pub name: String,
    /// What it stands in.
    pub carrier: Carrier,
}

/// What a credential stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    /// Nothing: it is recognised by itself, wherever it stands.
    Alone,
    /// An assignment: it is recognised by its name only.
    Named,
    /// A longer text that holds it, such as a URL, a connection string or the value of a header. It can be the
    /// value of a variable.
    Value(String),
    /// A shell command that holds it.
    Command(String),
    /// A part of one kind of file.
    Piece(Piece, String),
}

/// The kinds of files that a [`Carrier::Piece`] is a part of. A piece is lines that can stand at the top level of
/// the file, after others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Backstage's `app-config.yaml`.
    AppConfig,
    /// An entity's `catalog-info.yaml`; the piece is a whole document, without `---`.
    Entity,
    /// A kubeconfig; the piece is a whole document, without `---`.
    Kubeconfig,
    /// A Kubernetes manifest; the piece is a whole document, without `---`.
    Manifest,
    /// npm's `.npmrc`.
    Npmrc,
    /// Python's `.pypirc`.
    Pypirc,
    /// `.netrc`.
    Netrc,
    /// Docker's `config.json`; the piece is a whole document.
    DockerConfig,
    /// A whole JSON document, such as a service account's key.
    Json,
}

impl Credential {
    /// The random part of the secret.
    pub fn variable_text(&self) -> &str {
        &self.text[self.variable.clone()]
    }

    /// The text that holds the secret: the whole value, command or piece, or the secret itself.
    pub fn whole(&self) -> &str {
        match &self.carrier {
            Carrier::Alone | Carrier::Named => &self.text,
            Carrier::Value(text) | Carrier::Command(text) | Carrier::Piece(_, text) => text,
        }
    }
}

/// Makes credentials of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Generator {
    /// The rule that what it makes must be found under.
    pub rule: &'static str,
    /// The page that documents the format, or `observed: …` where the vendor documents none.
    pub source: &'static str,
    or: &'static [&'static str],
    draft: fn(&mut Rng) -> Draft,
}

impl Generator {
    /// A generator for a rule, written from a page.
    pub const fn new(rule: &'static str, source: &'static str, draft: fn(&mut Rng) -> Draft) -> Self {
        Self { rule, source, or: &[], draft }
    }

    /// Rules that would be as right as the first.
    #[must_use]
    pub const fn or(self, or: &'static [&'static str]) -> Self {
        Self { or, ..self }
    }

    /// The next credential.
    pub fn make(&self, rng: &mut Rng) -> Credential {
        let draft = (self.draft)(rng);
        Credential {
            rule: self.rule,
            or: self.or,
            name: draft.name.unwrap_or_else(|| match draft.carrier {
                Carrier::Command(_) => "CHECK_COMMAND".to_owned(),
                _ => self.rule.to_ascii_uppercase().replace('-', "_"),
            }),
            text: draft.text,
            variable: draft.variable,
            carrier: draft.carrier,
        }
    }
}

/// A credential without its rule: what a generator's function returns.
///
/// ```
/// use corpus::{BASE62, Draft, Generator, HEX, Rng};
///
/// const PLAIN: Generator = Generator::new("acme-token", "https://docs.acme.test/tokens", |rng| {
///     Draft::token("acme_", rng.text(BASE62, 40))
/// });
/// const BY_NAME: Generator = Generator::new("acme-secret", "https://docs.acme.test/secrets", |rng| {
///     Draft::named("ACME_CLIENT_SECRET", rng.text(HEX, 32))
/// });
/// const IN_A_URL: Generator = Generator::new("acme-hook", "https://docs.acme.test/hooks", |rng| {
///     let key = rng.text(HEX, 24);
///     Draft::token("", &key).within("ACME_WEBHOOK_URL", format!("https://hooks.acme.test/v1/{key}"))
/// });
///
/// let made = IN_A_URL.make(&mut Rng::new(1));
/// assert_eq!(made.rule, "acme-hook");
/// assert!(made.whole().contains(&made.text));
/// assert_eq!(PLAIN.make(&mut Rng::new(1)).variable, 5..45);
/// assert_eq!(BY_NAME.make(&mut Rng::new(1)).name, "ACME_CLIENT_SECRET");
/// ```
#[derive(Debug, Clone)]
pub struct Draft {
    text: String,
    variable: Range<usize>,
    name: Option<String>,
    carrier: Carrier,
}

impl Draft {
    /// A token that is recognised by itself: a fixed prefix, then what is random.
    pub fn token(prefix: &str, random: impl AsRef<str>) -> Self {
        let text = format!("{prefix}{}", random.as_ref());
        Self { variable: prefix.len()..text.len(), text, name: None, carrier: Carrier::Alone }
    }

    /// A token of which a part is random.
    pub fn part(text: impl Into<String>, variable: Range<usize>) -> Self {
        Self { text: text.into(), variable, name: None, carrier: Carrier::Alone }
    }

    /// A secret that is recognised only by the name it is assigned to.
    pub fn named(name: &str, random: impl AsRef<str>) -> Self {
        Self { name: Some(name.to_owned()), carrier: Carrier::Named, ..Self::token("", random) }
    }

    /// A fixed end, which is a part of the secret.
    #[must_use]
    pub fn tail(mut self, tail: &str) -> Self {
        self.text.push_str(tail);
        self
    }

    /// What files call it, where the rule's id would be an odd name.
    #[must_use]
    pub fn called(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Stands in a longer value, which is assigned to `name`.
    #[must_use]
    pub fn within(mut self, name: &str, value: impl Into<String>) -> Self {
        self.name = Some(name.to_owned());
        self.carrier = Carrier::Value(value.into());
        self
    }

    /// Stands in a shell command.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.carrier = Carrier::Command(command.into());
        self
    }

    /// Stands in a part of one kind of file.
    #[must_use]
    pub fn piece(mut self, piece: Piece, text: impl Into<String>) -> Self {
        self.carrier = Carrier::Piece(piece, text.into());
        self
    }
}
