//! A rule: what a kind of secret looks like.

use crate::check::Check;
use crate::filter::Filter;
use crate::name::Name;
use crate::pattern::Pattern;
use crate::places::Whereabouts;

/// One kind of secret, and how it is recognised.
pub struct Rule {
    pub(crate) id: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) source: Box<str>,
    pub(crate) shape: Shape,
    pub(crate) left: Beside,
    pub(crate) right: Beside,
    /// Least Shannon entropy of the secret, in bits a byte.
    pub(crate) entropy: f64,
    pub(crate) check: Option<Check>,
    pub(crate) rank: Rank,
    /// For the tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are data of the rules; tests run them"))]
    pub(crate) examples: Examples,
}

/// How a secret is recognised.
pub(crate) enum Shape {
    /// By itself: a pattern that begins at a keyword, or at most `reach` bytes before it.
    Token { keywords: Vec<Box<[u8]>>, pattern: Pattern, reach: usize },
    /// By the name it is assigned to.
    Named { keywords: Vec<Box<[u8]>>, names: Vec<Name>, value: Pattern, strict: bool },
    /// Everything from a line until another: private keys.
    Block { keywords: Vec<Box<[u8]>>, begin: Pattern, end: Pattern },
    /// By a pattern that stands somewhere around a keyword: rules of other scanners.
    /// Without a keyword, or with one that is not near, the pattern may stand anywhere in the text.
    Around { keywords: Vec<Box<[u8]>>, pattern: Pattern, near: bool, filter: Filter },
    /// By where it stands in a document. The keywords are literal keys of those places.
    Place { keywords: Vec<Box<[u8]>>, at: Whereabouts },
}

/// What may not stand right beside a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// Anything may.
    Anything,
    /// No character of a word.
    Word,
    /// No character of a word, no dash and no underscore.
    Dashed,
    /// No character of base64 in either alphabet.
    Base64,
}

/// Which of two rules that find the same bytes names them; the greater does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// Any secret-looking assignment.
    Generic,
    /// Something of a kind that many use: a header, a URL, a signed token.
    Common,
    /// The place says that it is secret.
    Place,
    /// The name says whose it is.
    Named,
    /// It says itself whose it is.
    Token,
}

/// What a rule's tests run on.
#[derive(Default)]
#[cfg_attr(not(test), expect(dead_code, reason = "examples are data of the rules; tests run them"))]
pub(crate) struct Examples {
    pub(crate) matches: Vec<String>,
    pub(crate) near: Vec<String>,
}

impl Rule {
    /// Its name for machines, `github-pat`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name for people, in the singular.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the format is documented.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The literals near which it is looked for.
    pub(crate) fn keywords(&self) -> &[Box<[u8]>] {
        match &self.shape {
            Shape::Token { keywords, .. }
            | Shape::Block { keywords, .. }
            | Shape::Around { keywords, .. }
            | Shape::Place { keywords, .. }
            | Shape::Named { keywords, .. } => keywords,
        }
    }
}
