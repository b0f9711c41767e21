//! The filter algebra: a caller's filter, a policy's residual and full text are one thing, so that
//! what policy hides can never be counted, faceted, paged or searched either.

use std::fmt;

use crate::EntityRef;

/// Text folded to lower case, as search keys and values are stored.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Folded(Box<str>);

impl Folded {
    /// Folds without regard to locale.
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase().into())
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Folded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// A question about one entity that is answered yes or no.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate {
    /// Every part holds; the empty list is true.
    All(Vec<Predicate>),
    /// Some part holds; the empty list is false.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// A test on the flattened search rows (callers' filters, Backstage's HAS_* rules).
    Row(RowTest),
    /// A test on typed attributes (policy residuals). Never on search rows: those collide, are cut
    /// at 200 characters and fold case.
    Attr(AttrTest),
}

/// A test on search rows of one key, or, for full text, of any of several keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowTest {
    /// Folded keys; the test holds when it holds for some row of some of them.
    pub keys: Vec<Folded>,
    /// What the row's value must be.
    pub test: ValueTest,
}

/// What a search row's value must be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ValueTest {
    /// The row exists, with any value, null included.
    Exists,
    /// The value equals one of these; null never does.
    In(Vec<Folded>),
    /// The value starts with this.
    Prefix(Folded),
    /// The value contains this (full text); the empty term matches every non-null value.
    Contains(Folded),
}

/// A test on an entity's typed attributes. Comparison is exact; only what `EntityRef` folds is folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AttrTest {
    /// The entity is one of these.
    Ref(Vec<EntityRef>),
    /// Its kind (lower case) is one of these.
    Kind(Vec<String>),
    /// Its namespace is one of these.
    Namespace(Vec<String>),
    /// Its name (lower case) is one of these.
    Name(Vec<String>),
    /// One of its `ownedBy` relations points to one of these.
    Owner(Vec<EntityRef>),
    /// It has the label, with exactly this value if one is given.
    Label(String, Option<String>),
    /// It has the annotation, with exactly this value if one is given.
    Annotation(String, Option<String>),
    /// It has the tag.
    Tag(String),
    /// `spec.type` is one of these; with an empty list: it is there at all.
    Type(Vec<String>),
    /// `spec.lifecycle` is one of these; with an empty list: it is there at all.
    Lifecycle(Vec<String>),
    /// It is part of one of these systems; with an empty list: of any.
    System(Vec<EntityRef>),
}

impl Predicate {
    /// Holds for every entity.
    pub const TRUE: Self = Self::All(Vec::new());
    /// Holds for none.
    pub const FALSE: Self = Self::Any(Vec::new());

    /// A row test on one key.
    pub fn row(key: &str, test: ValueTest) -> Self {
        Self::Row(RowTest { keys: vec![Folded::new(key)], test })
    }

    /// The key has this value.
    pub fn equals(key: &str, value: &str) -> Self {
        Self::row(key, ValueTest::In(vec![Folded::new(value)]))
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::All(vec![self, other]).simplified()
    }

    /// Whether it is true, or false, for every entity whatever it holds; `None` if that depends.
    pub fn constant(&self) -> Option<bool> {
        match self {
            Self::All(parts) if parts.is_empty() => Some(true),
            Self::Any(parts) if parts.is_empty() => Some(false),
            _ => None,
        }
    }

    /// The same question with nested lists flattened and constants folded away.
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::All(parts) => match fold(parts, true) {
                Some(parts) => one_or(parts, Self::All),
                None => Self::FALSE,
            },
            Self::Any(parts) => match fold(parts, false) {
                Some(parts) => one_or(parts, Self::Any),
                None => Self::TRUE,
            },
            Self::Not(part) => match part.simplified() {
                Self::Not(inner) => *inner,
                part => match part.constant() {
                    Some(value) => {
                        if value {
                            Self::FALSE
                        } else {
                            Self::TRUE
                        }
                    }
                    None => Self::Not(Box::new(part)),
                },
            },
            leaf => leaf,
        }
    }
}

/// Simplifies the parts of a list; `None` when one of them decides the whole list by itself.
fn fold(parts: Vec<Predicate>, all: bool) -> Option<Vec<Predicate>> {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match part.simplified() {
            Predicate::All(inner) if all => kept.extend(inner),
            Predicate::Any(inner) if !all => kept.extend(inner),
            part => match part.constant() {
                Some(value) if value == all => {}
                Some(_) => return None,
                None => kept.push(part),
            },
        }
    }
    Some(kept)
}

fn one_or(mut parts: Vec<Predicate>, list: fn(Vec<Predicate>) -> Predicate) -> Predicate {
    if parts.len() == 1 { parts.swap_remove(0) } else { list(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn truth(predicate: &Predicate, holds: [bool; 3]) -> bool {
        match predicate {
            Predicate::All(parts) => parts.iter().all(|part| truth(part, holds)),
            Predicate::Any(parts) => parts.iter().any(|part| truth(part, holds)),
            Predicate::Not(part) => !truth(part, holds),
            Predicate::Attr(AttrTest::Tag(tag)) => holds[tag.len() % 3],
            _ => unreachable!("the generator makes tags only"),
        }
    }

    fn predicates() -> impl Strategy<Value = Predicate> {
        let leaf = (0_usize..3).prop_map(|n| Predicate::Attr(AttrTest::Tag("x".repeat(n))));
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Predicate::All),
                prop::collection::vec(inner.clone(), 0..4).prop_map(Predicate::Any),
                inner.prop_map(|part| Predicate::Not(Box::new(part))),
            ]
        })
    }

    proptest! {
        #[test]
        fn simplifying_changes_no_answer(predicate in predicates(), holds in any::<[bool; 3]>()) {
            let before = truth(&predicate, holds);
            prop_assert_eq!(before, truth(&predicate.simplified(), holds));
        }
    }

    #[test]
    fn constants_are_folded() {
        let tag = || Predicate::Attr(AttrTest::Tag("a".into()));
        assert_eq!(Predicate::TRUE.and(tag()), tag());
        assert_eq!(tag().and(Predicate::FALSE), Predicate::FALSE);
        assert_eq!(Predicate::Not(Box::new(Predicate::FALSE)).simplified(), Predicate::TRUE);
    }
}
