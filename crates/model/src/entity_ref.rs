//! Entity references: the one place where case is folded.

use std::fmt;
use std::sync::Arc;

/// A canonical entity reference, `kind:namespace/name`, all lower case.
///
/// Upper case is folded here, once, without regard to locale; two refs that differ only in case are
/// the same ref everywhere else, so no comparison can be tricked by spelling. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityRef {
    text: Arc<str>,
    colon: u32,
    slash: u32,
}

/// What a shorthand ref such as `team-a` inherits from the place it stands in.
#[derive(Clone, Copy, Debug, Default)]
pub struct RefContext<'a> {
    /// Kind to assume when the ref names none.
    pub kind: Option<&'a str>,
    /// Namespace to assume when the ref names none; `default` if this is `None` too.
    pub namespace: Option<&'a str>,
}

/// Why a string is no entity reference. The texts are the reference implementation's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// A part is empty, or there is nothing at all.
    #[error("Entity reference \"{0}\" was not on the form [<kind>:][<namespace>/]<name>")]
    Form(String),
    /// No kind, and none to assume.
    #[error(
        "Entity reference {} had missing or empty kind (e.g. did not start with \"component:\" or similar)",
        // Quoted as JSON, unlike the other.
        serde_json::Value::from(.0.as_str())
    )]
    NoKind(String),
    /// Longer than any ref the envelope rules allow.
    #[error("Entity reference of {0} bytes is longer than {max} bytes", max = EntityRef::MAX_BYTES)]
    TooLong(usize),
}

/// The namespace of a ref that names none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

impl EntityRef {
    /// Longest ref accepted, in bytes: three parts of 63 ASCII characters would do; room is left for
    /// dangling refs in other alphabets, which the reference keeps as relation targets.
    pub const MAX_BYTES: usize = 1024;

    /// Parses `[<kind>:][<namespace>/]<name>`.
    ///
    /// The first `:` ends the kind unless a `/` stands before it; the first `/` ends the namespace.
    pub fn parse(text: &str, context: RefContext<'_>) -> Result<Self, RefError> {
        if text.len() > Self::MAX_BYTES {
            return Err(RefError::TooLong(text.len()));
        }
        let form = || RefError::Form(text.to_owned());
        let slash = text.find('/');
        let (kind, rest) = match text.find(':') {
            Some(colon) if slash.is_none_or(|slash| colon < slash) => {
                (Some(&text[..colon]), &text[colon + 1..])
            }
            _ => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if name.is_empty() || kind.is_some_and(str::is_empty) || namespace.is_some_and(str::is_empty) {
            return Err(form());
        }
        let kind = kind.or(context.kind).ok_or_else(|| RefError::NoKind(text.to_owned()))?;
        Ok(Self::new(kind, namespace.or(context.namespace).unwrap_or(DEFAULT_NAMESPACE), name))
    }

    /// Builds a ref from parts that are already known to be non-empty (a validated envelope, a literal).
    ///
    /// # Panics
    /// If a part is empty; use [`EntityRef::parse`] or [`EntityRef::from_parts`] for outside input.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self::from_parts(kind, namespace, name).expect("parts of a validated ref are not empty")
    }

    /// Builds a ref from three parts of outside input, for example path segments.
    pub fn from_parts(kind: &str, namespace: &str, name: &str) -> Result<Self, RefError> {
        let whole = || format!("{kind}:{namespace}/{name}");
        if kind.is_empty() || namespace.is_empty() || name.is_empty() {
            return Err(RefError::Form(whole()));
        }
        let total = kind.len() + namespace.len() + name.len() + 2;
        if total > Self::MAX_BYTES {
            return Err(RefError::TooLong(total));
        }
        let mut text = String::with_capacity(total);
        push_folded(&mut text, kind);
        let colon = text.len();
        text.push(':');
        push_folded(&mut text, namespace);
        let slash = text.len();
        text.push('/');
        push_folded(&mut text, name);
        let narrow = |at: usize| u32::try_from(at).map_err(|_| RefError::TooLong(total));
        Ok(Self { colon: narrow(colon)?, slash: narrow(slash)?, text: text.into() })
    }

    /// The canonical string, `kind:namespace/name`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The kind, lower case.
    pub fn kind(&self) -> &str {
        &self.text[..self.colon as usize]
    }

    /// The namespace, lower case.
    pub fn namespace(&self) -> &str {
        &self.text[self.colon as usize + 1..self.slash as usize]
    }

    /// The name, lower case.
    pub fn name(&self) -> &str {
        &self.text[self.slash as usize + 1..]
    }
}

/// Appends `part` in lower case. Nearly all parts are ASCII, which needs no second string.
fn push_folded(text: &mut String, part: &str) {
    if part.is_ascii() {
        let start = text.len();
        text.push_str(part);
        text[start..].make_ascii_lowercase();
    } else {
        text.push_str(&part.to_lowercase());
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl serde::Serialize for EntityRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> serde::Deserialize<'de> for EntityRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text, RefContext::default()).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for EntityRef {
    type Err = RefError;

    /// Parses a ref that must name its kind; the namespace may be left out.
    fn from_str(text: &str) -> Result<Self, RefError> {
        Self::parse(text, RefContext::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<String, RefError> {
        EntityRef::parse(text, RefContext { kind: Some("Group"), namespace: Some("prod") })
            .map(|found| found.to_string())
    }

    #[test]
    fn shorthand_takes_kind_and_namespace_from_its_context() {
        assert_eq!(parse("Team-A").as_deref(), Ok("group:prod/team-a"));
        assert_eq!(parse("user:Ada").as_deref(), Ok("user:prod/ada"));
        assert_eq!(parse("ops/a:b").as_deref(), Ok("group:ops/a:b"));
        assert_eq!(parse("API:ops/a/b").as_deref(), Ok("api:ops/a/b"));
    }

    #[test]
    fn case_is_folded_as_javascript_does() {
        assert_eq!(parse("ΑΣ").as_deref(), Ok("group:prod/ας"));
        assert_eq!(parse("İ").as_deref(), Ok("group:prod/i\u{307}"));
    }

    #[test]
    fn empty_parts_are_refused() {
        for bad in ["", ":", "a:", ":a", "/a", "a/", "k:/a", "k:n/"] {
            assert_eq!(parse(bad), Err(RefError::Form(bad.to_owned())), "{bad}");
        }
        assert_eq!("ada".parse::<EntityRef>(), Err(RefError::NoKind("ada".into())));
    }

    proptest! {
        #[test]
        fn printing_and_parsing_again_changes_nothing(
            kind in "[A-Za-zÀ-Ž]{1,9}", namespace in "[^:/]{1,9}", name in "[^/]{1,9}",
        ) {
            let first = EntityRef::new(&kind, &namespace, &name);
            let again: EntityRef = first.as_str().parse().expect("a printed ref parses");
            prop_assert_eq!(&first, &again);
            prop_assert_eq!(first.kind(), again.kind());
            prop_assert_eq!(first.name(), again.name());
        }

        #[test]
        fn any_input_is_answered_without_a_panic(text in ".{0,40}") {
            let _ = EntityRef::parse(&text, RefContext::default());
        }
    }
}
